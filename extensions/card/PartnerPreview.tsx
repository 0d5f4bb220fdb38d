import { Flex, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { ExtensionPointApi } from '@hubspot/ui-extensions';
import { serverOf } from '../shared/ask.ts';
import { ProblemState } from '../shared/ProblemState.tsx';
import { dayInWords } from '../shared/words.ts';
import type { CardAnswer, Judged } from './answer.ts';
import { StatusLine } from './StatusLine.tsx';
import { useCard } from './use-card.ts';

type Props = Pick<ExtensionPointApi<'crm.preview'>, 'context'>;

/** The preview panel has room for three lines: status, verdict, next step. */
export function PartnerPreview({ context }: Props) {
  const { card, refresh } = useCard(serverOf(context), String(context.crm.objectId));
  if (card.stage === 'loading') return <LoadingSpinner label="Asking Rekindle about this partner" />;
  if (card.stage === 'failed') return <ProblemState problem={card.problem} onRetry={refresh} />;
  return <ThreeLines answer={card.answer} />;
}

/** A partner that is left alone on purpose must not look forgotten. */
function nextLine({ holdOut, recommendation, freshness }: Judged): string {
  if (holdOut !== null) return `Held out until ${dayInWords(holdOut.until)}: leave it alone.`;
  return recommendation === null ? freshness.sentence : `Next step: ${recommendation.title}`;
}

function ThreeLines({ answer }: { answer: CardAnswer }) {
  switch (answer.state) {
    case 'not_a_partner':
      return <Text>Not a partner. {answer.definition}</Text>;
    case 'not_judged_yet':
      return <Text>Not judged yet. {answer.sentence}</Text>;
    case 'judged':
      return (
        <Flex direction="column" gap="xs">
          <StatusLine status={answer.status} owner={answer.partner.owner} />
          <Text format={{ fontWeight: 'demibold' }}>{answer.status.sentence}</Text>
          <Text variant="microcopy">{nextLine(answer)}</Text>
        </Flex>
      );
  }
}
