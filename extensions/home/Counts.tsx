import {
  BarChart,
  Flex,
  LineChart,
  Statistics,
  StatisticsItem,
  StatisticsTrend,
  Text,
} from '@hubspot/ui-extensions';
import type { BarChartProps } from '@hubspot/ui-extensions';
import type { Overview } from './answer.ts';

type ChartColor = NonNullable<NonNullable<BarChartProps['options']>['colorList']>[number];
type Count = Overview['statuses'][number];

const colours: ReadonlyMap<string, ChartColor> = new Map([
  ['active', 'green'],
  ['reactivated', 'aqua'],
  ['cooling', 'yellow'],
  ['at_risk', 'orange'],
  ['inactive', 'darkPink'],
  ['never_activated', 'purple'],
  ['excluded', 'darkBlue'],
  ['unknown', 'blue'],
]);
const good: ReadonlySet<string> = new Set(['active', 'reactivated']);

export function StatusNumbers({ programme: { partners, statuses } }: { programme: Overview }) {
  return (
    <Statistics testId="statuses">
      <StatisticsItem label="Partners" number={partners} />
      {statuses.map((status) => (
        <StatisticsItem key={status.value} label={status.label} number={status.partners}>
          <SinceLastWeek status={status} />
        </StatisticsItem>
      ))}
    </Statistics>
  );
}

function SinceLastWeek({ status: { value, partners, weekAgo } }: { status: Count }) {
  if (weekAgo === null) return null;
  const more = partners - weekAgo;
  if (more === 0) return <Text variant="microcopy">as a week ago</Text>;
  return (
    <StatisticsTrend
      value={`${Math.abs(more)} in a week`}
      direction={more > 0 ? 'increase' : 'decrease'}
      color={more > 0 === good.has(value) ? 'green' : 'red'}
    />
  );
}

type Trend = Overview['trend'];

/** One line for each status; a status that nobody had that week is at zero. */
function rowsOf(trend: Trend, labels: readonly string[]): BarChartProps['data'] {
  return trend.flatMap(({ day, counts }) =>
    labels.map((label) => ({
      week: Date.parse(`${day}T00:00:00Z`),
      status: label,
      partners: counts.find((count) => count.label === label)?.partners ?? 0,
    })),
  );
}

export function TrendChart({ trend, changes }: { trend: Trend; changes: readonly string[] }) {
  if (trend.length < 2)
    return <Text variant="microcopy">A trend shows from the second week of judgements on.</Text>;
  const known = new Map(
    trend.flatMap(({ counts }) => counts.map(({ value, label }) => [label, value] as const)),
  );
  const colors = Object.fromEntries(
    [...known].map(([label, value]) => [label, colours.get(value) ?? 'blue'] as const),
  );
  return (
    <Flex direction="column" gap="xs">
      <LineChart
        data={rowsOf(trend, [...known.keys()])}
        axes={{
          x: { field: 'week', fieldType: 'datetime', label: 'Week' },
          y: { field: 'partners', fieldType: 'linear', label: 'Partners' },
          options: { groupFieldByColor: 'status', colors },
        }}
        options={{ title: 'Partners by status, week by week', showLegend: true, showTooltips: true }}
      />
      {changes.map((change) => (
        <Text key={change} variant="microcopy">
          {change}
        </Text>
      ))}
    </Flex>
  );
}

export function ReasonChart({ reasons }: { reasons: Overview['reasons'] }) {
  if (reasons.length === 0) return <Text variant="microcopy">No reason speaks against any partner.</Text>;
  return (
    <BarChart
      data={reasons.map(({ label, partners }) => ({ reason: label, partners }))}
      axes={{
        x: { field: 'reason', fieldType: 'category', label: 'Reason' },
        y: { field: 'partners', fieldType: 'linear', label: 'Partners' },
        options: { groupFieldByColor: 'reason', stacking: true },
      }}
      options={{ title: 'What weighs most, by number of partners', showLegend: true, showTooltips: true }}
    />
  );
}
