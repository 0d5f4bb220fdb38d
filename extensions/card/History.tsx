import {
  BarChart,
  EmptyState,
  Flex,
  Heading,
  LoadingSpinner,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import { ProblemState } from '../shared/ProblemState.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { dayInWords, monthInWords } from '../shared/words.ts';
import { historyAnswer, statusBars, type History as Known } from './history-answer.ts';

type Props = { readonly server: string | null; readonly companyId: string };

/** What the partner did and how it stood, month by month; asked for only when somebody looks. */
export function History({ server, companyId }: Props) {
  const { shown, refresh } = useAnswer(
    server,
    { path: '/card/history', query: { companyId } },
    historyAnswer,
  );
  switch (shown.stage) {
    case 'loading':
      return <LoadingSpinner label="Asking Rekindle for the history" showLabel={true} />;
    case 'failed':
      return <ProblemState problem={shown.problem} onRetry={refresh} />;
    case 'answered':
      return 'months' in shown.answer ? (
        <Flex direction="column" gap="md" testId="history">
          <Activity months={shown.answer.months} />
          <Standing months={shown.answer.months} />
          <Changes changes={shown.answer.changes} more={shown.answer.more} />
        </Flex>
      ) : (
        <Text>{shown.answer.sentence}</Text>
      );
  }
}

const kindsOfActivity = [
  { field: 'business', label: 'Business' },
  { field: 'engagement', label: 'Engagement' },
] as const;

function Activity({ months }: { months: Known['months'] }) {
  if (months.every(({ business, engagement }) => business + engagement === 0)) {
    return (
      <EmptyState
        title="No activity in twelve months"
        layout="horizontal"
        imageName="emptyStateCharts"
        imageWidth={90}
      >
        <Text>Nothing that this partner did itself is on record.</Text>
      </EmptyState>
    );
  }
  const rows = months.flatMap((month) =>
    kindsOfActivity.map(({ field, label }) => ({
      month: monthInWords(month.month),
      kind: label,
      activities: month[field],
    })),
  );
  return (
    <BarChart
      data={rows}
      axes={{
        x: { field: 'month', fieldType: 'category', label: 'Month' },
        y: { field: 'activities', fieldType: 'linear', label: 'Activities' },
        options: {
          groupFieldByColor: 'kind',
          stacking: true,
          colors: { Business: 'blue', Engagement: 'aqua' },
        },
      }}
      options={{ title: 'What the partner did', showLegend: true, showTooltips: true }}
    />
  );
}

function Standing({ months }: { months: Known['months'] }) {
  const rows = months.flatMap(({ month, days }) =>
    Object.entries(statusBars).flatMap(([status, { label }]) => {
      const spent = days.get(status) ?? 0;
      return spent === 0 ? [] : [{ month: monthInWords(month), status: label, days: spent }];
    }),
  );
  // One bar of a first month says less than the line below it.
  if (new Set(rows.map(({ month }) => month)).size < 2) return null;
  const colours = Object.fromEntries(Object.values(statusBars).map(({ label, colour }) => [label, colour]));
  return (
    <BarChart
      data={rows}
      axes={{
        x: { field: 'month', fieldType: 'category', label: 'Month' },
        y: { field: 'days', fieldType: 'linear', label: 'Days' },
        options: { groupFieldByColor: 'status', stacking: true, colors: colours },
      }}
      options={{ title: 'Days in each status', showLegend: true, showTooltips: true }}
    />
  );
}

function Changes({ changes, more }: Pick<Known, 'changes' | 'more'>) {
  if (changes.length === 0) return null;
  return (
    <Flex direction="column" gap="xs">
      <Heading>Changes of status</Heading>
      <Table density="compact" bordered={false}>
        <TableHead>
          <TableRow>
            <TableHeader width="min">Day</TableHeader>
            <TableHeader width="min">Status</TableHeader>
            <TableHeader>Because</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {changes.map(({ day, from, to, because }) => (
            <TableRow key={`${day} ${from} ${to}`}>
              <TableCell>{dayInWords(day)}</TableCell>
              <TableCell>{from === null ? to : `${from} to ${to}`}</TableCell>
              <TableCell>{because ?? ''}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {more ? (
        <Text variant="microcopy">Earlier changes are on record; an administrator can ask for them.</Text>
      ) : null}
    </Flex>
  );
}
