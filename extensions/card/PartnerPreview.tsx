import { Flex, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { ExtensionPointApi } from '@hubspot/ui-extensions';
import { serverOf } from '../shared/ask.ts';
import { ProblemState } from '../shared/ProblemState.tsx';
import type { CardAnswer } from './answer.ts';
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
          <Text variant="microcopy">
            {answer.recommendation === null
              ? answer.freshness.sentence
              : `Next step: ${answer.recommendation.title}`}
          </Text>
        </Flex>
      );
  }
}
