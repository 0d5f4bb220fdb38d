import { EmptyState, Flex, LoadingSpinner, Tag, Text, Tile } from '@hubspot/ui-extensions';
import { useState } from 'react';
import { PartnerLink } from '../shared/PartnerLink.tsx';
import { ProblemState } from '../shared/ProblemState.tsx';
import { instantInWords } from '../shared/words.ts';
import { correctionsAnswer, type Correction } from './corrections-answer.ts';
import { Part } from './Part.tsx';
import { useSettledAnswer } from './use-settled-answer.ts';

const question = { method: 'GET', path: '/settings/corrections', query: {} } as const;

type Props = {
  readonly server: string | null;
  readonly portalId: string;
  readonly timeZone: string;
  readonly readOnly: boolean;
};

/** What people at the card call wrong, where somebody can change the rule that said so. */
export function Corrections({ server, portalId, timeZone, readOnly }: Props) {
  const [attempt, setAttempt] = useState(0);
  const asked = useSettledAnswer(server, readOnly ? null : question, correctionsAnswer, attempt);
  if (readOnly) return <Text>Only those who may change the settings read what people say is wrong.</Text>;
  if (asked.problem !== null)
    return <ProblemState problem={asked.problem} onRetry={() => setAttempt(attempt + 1)} />;
  if (asked.answer === null)
    return <LoadingSpinner label="Asking what people say is wrong" showLabel={true} />;
  if (asked.answer.state === 'forbidden') return <Text>{asked.answer.sentence}</Text>;
  const { total, corrections } = asked.answer;
  if (corrections.length === 0) {
    return (
      <EmptyState title="Nobody calls a verdict wrong" layout="horizontal" imageName="target" imageWidth={90}>
        <Text>What people say at the card under “This verdict is wrong” is listed here.</Text>
      </EmptyState>
    );
  }
  return (
    <Part title="What people call wrong">
      <Text variant="microcopy">
        Each verdict stands until its cause is mended: the data, or a rule of the definition.
      </Text>
      {corrections.map((correction, index) => (
        // A person can say the same of the same partner twice; the list grows at its other end.
        // oxlint-disable-next-line react/no-array-index-key
        <One key={index} correction={correction} portalId={portalId} timeZone={timeZone} />
      ))}
      {total > corrections.length ? (
        <Text variant="microcopy">
          {`The latest ${corrections.length} of ${total}. The command “rekindle actions --only correct” lists all of them.`}
        </Text>
      ) : null}
    </Part>
  );
}

type OneProps = {
  readonly correction: Correction;
  readonly portalId: string;
  readonly timeZone: string;
};

function One({ correction, portalId, timeZone }: OneProps) {
  const { partner, at, author, said, verdict, rulesChanged, since } = correction;
  return (
    <Tile compact={true} testId={`correction-${partner.id}`}>
      <Flex direction="column" gap="xs">
        <Flex direction="row" gap="sm" justify="between" align="start">
          <PartnerLink partner={partner} portalId={portalId} />
          {rulesChanged ? <Tag variant="info">Rules changed since</Tag> : null}
        </Flex>
        <Text format={{ fontWeight: 'demibold' }}>{`“${said}”`}</Text>
        <Text variant="microcopy">{`${author}, ${instantInWords(at, timeZone)}`}</Text>
        <Text>{verdict === null ? 'There was no verdict then.' : verdictInWords(verdict)}</Text>
        <Text variant="microcopy">{since}</Text>
      </Flex>
    </Tile>
  );
}

function verdictInWords({ status, health, reasons }: NonNullable<Correction['verdict']>): string {
  const standing = health === null ? status : `${status}, health ${health}`;
  return [`The verdict said: ${standing}.`, ...reasons].join(' ');
}
