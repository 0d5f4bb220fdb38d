import { Alert, AutoGrid, Button, Divider, Flex, Heading, Text } from '@hubspot/ui-extensions';
import type { Problem } from '../shared/problem.ts';
import type { Overview as Programme } from './answer.ts';
import { ReasonChart, StatusNumbers, TrendChart } from './Counts.tsx';
import { ThisWeek } from './ThisWeek.tsx';
import { Runs } from './Runs.tsx';
import { WorkQueue } from './WorkQueue.tsx';

type Props = {
  readonly programme: Programme;
  readonly portalId: number;
  readonly timeZone: string;
  readonly refreshing: boolean;
  readonly refreshProblem: Problem | null;
  readonly onRefresh: () => void;
};

export function Overview({ programme, portalId, timeZone, ...refresh }: Props) {
  return (
    <Flex direction="column" gap="lg">
      <Freshness programme={programme} {...refresh} />
      <Issues issues={programme.issues} />
      <StatusNumbers programme={programme} />
      <AutoGrid columnWidth={420} flexible={true} gap="lg">
        <TrendChart trend={programme.trend} changes={programme.definitionChanges} />
        <ReasonChart reasons={programme.reasons} />
      </AutoGrid>
      {programme.corrections === null ? null : <Text testId="corrections">{programme.corrections}</Text>}
      <ThisWeek fell={programme.fell} cameBack={programme.cameBack} portalId={portalId} />
      <WorkQueue queue={programme.queue} portalId={portalId} />
      <Lift lift={programme.lift} />
      <Divider />
      <Flex direction="column" gap="xs">
        <Heading>How well Rekindle foretells</Heading>
        <Text>{programme.rhythms}</Text>
      </Flex>
      <Runs runs={programme.runs} timeZone={timeZone} />
      <Text variant="microcopy">{programme.definition}</Text>
    </Flex>
  );
}

type FreshnessProps = Pick<Props, 'programme' | 'refreshing' | 'refreshProblem' | 'onRefresh'>;

function Freshness({ programme, refreshing, refreshProblem, onRefresh }: FreshnessProps) {
  const { stale, sentence } = programme.freshness;
  return (
    <Flex direction="column" gap="sm">
      <Flex direction="row" gap="sm" justify="between" align="center">
        <Text variant="microcopy">{stale ? 'What follows rests on old data.' : sentence}</Text>
        <Button variant="transparent" size="xs" disabled={refreshing} onClick={onRefresh} testId="refresh">
          {refreshing ? 'Refreshing…' : 'Refresh'}
        </Button>
      </Flex>
      {stale ? (
        <Alert title="Data is old or not complete" variant="warning">
          {sentence}
        </Alert>
      ) : null}
      {refreshProblem === null ? null : (
        <Alert title={`Not refreshed: ${refreshProblem.title}`} variant="warning">
          What you see was loaded earlier. {refreshProblem.advice}
        </Alert>
      )}
    </Flex>
  );
}

/** Nothing is said where nothing is measured. */
function Lift({ lift }: { lift: Programme['lift'] }) {
  if (lift.length === 0) return null;
  return (
    <Flex direction="column" gap="xs">
      <Heading>What re-engaging brings</Heading>
      {lift.map((sentence) => (
        <Text key={sentence}>{sentence}</Text>
      ))}
    </Flex>
  );
}

/** What looks like a mistake of ours comes before anybody's name. */
function Issues({ issues }: { issues: Programme['issues'] }) {
  return issues.map((issue) => (
    <Alert key={issue.id} title="It may be us, not them" variant="warning">
      {issue.sentence} {issue.advice}
    </Alert>
  ));
}
