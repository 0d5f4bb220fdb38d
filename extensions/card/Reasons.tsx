import { Accordion, EmptyState, Flex, Heading, Tag, Text, Tile } from '@hubspot/ui-extensions';
import type { TagProps } from '@hubspot/ui-extensions';
import { dayInWords, instantInWords } from '../shared/words.ts';
import type { Reason } from './answer.ts';

const severities: Readonly<
  Record<Reason['severity'], { label: string; variant: NonNullable<TagProps['variant']> }>
> = {
  cooling: { label: 'Early sign', variant: 'default' },
  at_risk: { label: 'At risk', variant: 'warning' },
  inactive: { label: 'Inactive', variant: 'error' },
};

/** More than three reasons are a list nobody reads: the worst three are shown, the rest one click away. */
const shownAtOnce = 3;

export function Reasons({ reasons, timeZone }: { reasons: readonly Reason[]; timeZone: string }) {
  if (reasons.length === 0) {
    return (
      <EmptyState
        title="Nothing speaks against this partner"
        layout="horizontal"
        imageName="target"
        imageWidth={90}
      >
        <Text>No rule of the programme’s definition fires. Rekindle keeps watching.</Text>
      </EmptyState>
    );
  }
  const [more, hidden] = [reasons.slice(shownAtOnce), reasons.length - shownAtOnce];
  return (
    <Flex direction="column" gap="sm">
      <Heading>Why</Heading>
      {reasons.slice(0, shownAtOnce).map((reason) => (
        <ReasonTile key={reason.code} reason={reason} timeZone={timeZone} />
      ))}
      {more.length === 0 ? null : (
        <Accordion
          title={hidden === 1 ? '1 more reason' : `${hidden} more reasons`}
          size="sm"
          testId="more-reasons"
        >
          <Flex direction="column" gap="sm">
            {more.map((reason) => (
              <ReasonTile key={reason.code} reason={reason} timeZone={timeZone} />
            ))}
          </Flex>
        </Accordion>
      )}
    </Flex>
  );
}

function ReasonTile({ reason, timeZone }: { reason: Reason; timeZone: string }) {
  const severity = severities[reason.severity];
  const since = reason.since === null ? '' : `Since ${dayInWords(reason.since)} · `;
  return (
    <Tile compact={true} testId={`reason-${reason.code}`}>
      <Flex direction="column" gap="xs">
        <Flex direction="row" gap="sm" align="start" justify="between">
          <Text format={{ fontWeight: 'demibold' }}>{reason.sentence}</Text>
          <Tag variant={severity.variant}>{severity.label}</Tag>
        </Flex>
        <Text>{reason.counterfactual}</Text>
        <Text variant="microcopy">
          {since}As of {instantInWords(reason.asOf, timeZone)}
        </Text>
      </Flex>
    </Tile>
  );
}
