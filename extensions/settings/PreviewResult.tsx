import {
  Accordion,
  Alert,
  Flex,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import type { Status } from '../../src/model/verdict.ts';
import { counted } from '../shared/words.ts';
import { statuses, type PreviewDone } from './answer.ts';
import { Sentences } from './Sentences.tsx';
import type { PreviewState } from './use-preview.ts';

const statusNames: Readonly<Record<Status, string>> = {
  active: 'Active',
  cooling: 'Cooling',
  at_risk: 'At risk',
  inactive: 'Inactive',
  never_activated: 'Never activated',
  reactivated: 'Reactivated',
  excluded: 'Excluded',
  unknown: 'Unknown',
};

export function PreviewResult({ preview }: { preview: PreviewState }) {
  switch (preview.stage) {
    case 'none':
      return null;
    case 'running':
      return (
        <Text testId="preview-running">
          {preview.judged === null
            ? 'Somebody else’s draft is being previewed; yours is next …'
            : `Everybody is being judged under the draft (${preview.judged} so far) …`}
        </Text>
      );
    case 'refused':
      return (
        <Alert title="There is no preview of this draft" variant="warning">
          <Sentences sentences={preview.sentences} />
        </Alert>
      );
    case 'failed':
      return (
        <Alert title={preview.problem.title} variant="danger">
          {preview.problem.advice}
        </Alert>
      );
    case 'done':
      return <Result preview={preview.preview} />;
  }
}

function Result({ preview }: { preview: PreviewDone }) {
  const { partners, changing, moves, properties, limits } = preview;
  return (
    <Flex direction="column" gap="sm">
      <Text format={{ fontWeight: 'demibold' }} testId="preview-summary">
        {changing === 0
          ? `Of ${counted(partners, 'partner')} nobody would change.`
          : `Of ${counted(partners, 'partner')} ${changing} would change: ${counted(moves, 'gets', 'get')} another status, ${changing - moves} another reason.`}
      </Text>
      <Counts preview={preview} />
      <Changes preview={preview} />
      <Accordion title="What workflows and lists would see" size="sm" defaultOpen={true}>
        {Object.keys(properties).length === 0 ? (
          <Text>No property of any partner would change: no workflow notices.</Text>
        ) : (
          <Sentences
            sentences={Object.entries(properties).map(
              ([name, number]) => `${name}: another value for ${counted(number, 'partner')}`,
            )}
          />
        )}
      </Accordion>
      {limits.length === 0 ? null : (
        <Accordion title="What this preview cannot show" size="sm">
          <Sentences sentences={limits} />
        </Accordion>
      )}
    </Flex>
  );
}

function Counts({ preview: { before, after } }: { preview: PreviewDone }) {
  const present = statuses.filter((status) => (before[status] ?? 0) + (after[status] ?? 0) > 0);
  return (
    <Table density="compact" testId="preview-counts">
      <TableHead>
        <TableRow>
          <TableHeader>Status</TableHeader>
          <TableHeader align="right">Now</TableHeader>
          <TableHeader align="right">With this draft</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {present.map((status) => (
          <TableRow key={status}>
            <TableCell>{statusNames[status]}</TableCell>
            <TableCell align="right">{before[status] ?? 0}</TableCell>
            <TableCell align="right">{after[status] ?? 0}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

const rowsPerPage = 25;

function Changes({ preview: { changes, changing } }: { preview: PreviewDone }) {
  if (changes.length === 0) return null;
  const shown = changes.slice(0, rowsPerPage);
  return (
    <Accordion
      title={
        changing > shown.length
          ? `Who would change (the first ${shown.length} of ${changing})`
          : 'Who would change'
      }
      size="sm"
      defaultOpen={true}
    >
      <Table density="compact" testId="preview-changes">
        <TableHead>
          <TableRow>
            <TableHeader>Partner</TableHeader>
            <TableHeader>Status</TableHeader>
            <TableHeader>Why</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {shown.map(({ id, name, from, to, sentence }) => (
            <TableRow key={id}>
              <TableCell>{name ?? `Company ${id}`}</TableCell>
              <TableCell>
                {from === to ? statusNames[to] : `${statusNames[from]}, then ${statusNames[to]}`}
              </TableCell>
              <TableCell>{sentence ?? 'No reason any more'}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Accordion>
  );
}
