import {
  Accordion,
  Button,
  ButtonRow,
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
import { useState } from 'react';
import { ProblemState } from '../shared/ProblemState.tsx';
import { instantInWords } from '../shared/words.ts';
import { versionsAnswer, type Entry } from './answer.ts';
import { Comparison } from './Comparison.tsx';
import { useSettledAnswer } from './use-settled-answer.ts';

const question = { method: 'GET', path: '/settings/versions', query: {} } as const;

type Props = {
  readonly server: string | null;
  readonly timeZone: string;
  /** The version in force; the list is asked for again when there is another. */
  readonly inForce: number;
  readonly readOnly: boolean;
  readonly onRestored: (sentence: string) => void;
};

export function Versions({ server, timeZone, inForce, readOnly, onRestored }: Props) {
  const [attempt, setAttempt] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const asked = useSettledAnswer(server, question, versionsAnswer, inForce + attempt * 1_000_000);
  if (asked.problem !== null)
    return <ProblemState problem={asked.problem} onRetry={() => setAttempt(attempt + 1)} />;
  if (asked.answer === null) return <LoadingSpinner label="Asking for the versions" showLabel={true} />;
  const { versions, log } = asked.answer;
  if (versions.length === 0) {
    return (
      <EmptyState title="No versions yet" layout="horizontal" imageName="building" imageWidth={90}>
        <Text>Every save makes a version, and none is ever changed.</Text>
      </EmptyState>
    );
  }
  return (
    <Flex direction="column" gap="md">
      <Heading>Versions</Heading>
      <VersionTable
        versions={versions}
        inForce={inForce}
        timeZone={timeZone}
        chosen={chosen}
        onChoose={setChosen}
      />
      {chosen === null ? null : (
        <Comparison
          key={chosen}
          server={server}
          version={chosen}
          inForce={inForce}
          readOnly={readOnly}
          onRestored={onRestored}
        />
      )}
      <Accordion title="Log: who did what" size="sm" testId="log">
        <Table density="compact">
          <TableBody>
            {log.map(({ at, author, sentence }, index) => (
              // Entries of a list that only grows at its other end: two may be equal.
              // oxlint-disable-next-line react/no-array-index-key
              <TableRow key={index}>
                <TableCell>{instantInWords(at, timeZone)}</TableCell>
                <TableCell>{author}</TableCell>
                <TableCell>{sentence}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Accordion>
    </Flex>
  );
}

function VersionTable({
  versions,
  inForce,
  timeZone,
  chosen,
  onChoose,
}: {
  versions: readonly Entry[];
  inForce: number;
  timeZone: string;
  chosen: number | null;
  onChoose: (version: number | null) => void;
}) {
  return (
    <Table density="compact" testId="versions">
      <TableHead>
        <TableRow>
          <TableHeader>Version</TableHeader>
          <TableHeader>Saved</TableHeader>
          <TableHeader>By</TableHeader>
          <TableHeader>Note</TableHeader>
          <TableHeader>Compare</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {versions.map(({ version, savedAt, author, note }) => (
          <TableRow key={version}>
            <TableCell>{version === inForce ? `${version}, in force` : version}</TableCell>
            <TableCell>{instantInWords(savedAt, timeZone)}</TableCell>
            <TableCell>{author}</TableCell>
            <TableCell>{note === '' ? '–' : note}</TableCell>
            <TableCell>
              {version === inForce ? null : (
                <ButtonRow>
                  <Button
                    size="xs"
                    onClick={() => onChoose(chosen === version ? null : version)}
                    testId={`compare-${version}`}
                  >
                    {chosen === version ? 'Close' : 'Compare'}
                  </Button>
                </ButtonRow>
              )}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
