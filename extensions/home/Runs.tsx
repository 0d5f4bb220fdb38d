import {
  Flex,
  Heading,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import type { StatusTagProps } from '@hubspot/ui-extensions';
import { instantInWords } from '../shared/words.ts';
import type { Run } from './answer.ts';

const looks: ReadonlyMap<string, { label: string; variant: NonNullable<StatusTagProps['variant']> }> =
  new Map([
    ['ok', { label: 'Well', variant: 'success' as const }],
    ['partial', { label: 'Partly', variant: 'warning' as const }],
    ['failed', { label: 'Failed', variant: 'danger' as const }],
    ['aborted', { label: 'Stopped', variant: 'warning' as const }],
    ['running', { label: 'Running', variant: 'info' as const }],
  ]);

/** Whether what the page shows can be relied on tomorrow, too. */
export function Runs({ runs, timeZone }: { runs: readonly Run[]; timeZone: string }) {
  return (
    <Flex direction="column" gap="xs">
      <Heading>Latest runs</Heading>
      {runs.length === 0 ? <Text>There was no run yet.</Text> : null}
      {runs.length === 0 ? null : (
        <Table density="compact" bordered={false} flush={true} testId="runs">
          <TableBody>
            {runs.map(({ startedAt, outcome, sentence }) => (
              <TableRow key={startedAt}>
                <TableCell width="min">{instantInWords(startedAt, timeZone)}</TableCell>
                <TableCell width="min">
                  <StatusTag variant={looks.get(outcome)?.variant ?? 'default'}>
                    {looks.get(outcome)?.label ?? outcome}
                  </StatusTag>
                </TableCell>
                <TableCell>{sentence}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Flex>
  );
}
