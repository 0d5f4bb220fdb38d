import {
  Accordion,
  Button,
  ButtonRow,
  EmptyState,
  Flex,
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
import { dayInWords, instantInWords } from '../shared/words.ts';
import { ApiKeysNew } from './ApiKeysNew.tsx';
import { ApiKeysRevoke } from './ApiKeysRevoke.tsx';
import { keysAnswer, type ApiKey } from './keys-answer.ts';
import { Part } from './Part.tsx';
import { useSettledAnswer } from './use-settled-answer.ts';

const question = { method: 'GET', path: '/settings/keys', query: {} } as const;

type Props = { readonly server: string | null; readonly timeZone: string; readonly readOnly: boolean };

/** Who may send activity from other systems: a key for each, shown once, two at a time, revoked at any moment. */
export function ApiKeys({ server, timeZone, readOnly }: Props) {
  const [occasion, setOccasion] = useState(0);
  const [chosen, setChosen] = useState<string | null>(null);
  const { answer, problem } = useSettledAnswer(server, question, keysAnswer, occasion);
  const askAgain = (): void => setOccasion(occasion + 1);
  if (problem !== null) return <ProblemState problem={problem} onRetry={askAgain} />;
  if (answer === null) return <LoadingSpinner label="Asking for the keys" showLabel={true} />;
  const valid = answer.keys.filter(({ revokedAt }) => revokedAt === null);
  const revoked = answer.keys.filter(({ revokedAt }) => revokedAt !== null);
  const toRevoke = valid.find(({ id }) => id === chosen);
  return (
    <Flex direction="column" gap="md">
      <Part title="API keys">
        <Text>
          A system that knows what HubSpot does not (logins to the partner portal, trainings, orders) sends it
          to Rekindle with a key. A key only sends, and only for its own system: it reads nothing and changes
          no setting.
        </Text>
      </Part>
      {valid.length === 0 ? (
        <EmptyState title="No system may send yet" layout="horizontal" imageName="lock" imageWidth={90}>
          <Text>
            {readOnly ? 'Only who may change the settings can create a key.' : 'Create the first key below.'}
          </Text>
        </EmptyState>
      ) : (
        <ValidKeys keys={valid} timeZone={timeZone} chosen={chosen} onChoose={readOnly ? null : setChosen} />
      )}
      {toRevoke === undefined ? null : (
        <ApiKeysRevoke
          key={toRevoke.id}
          server={server}
          apiKey={toRevoke}
          onRevoked={askAgain}
          onLeave={() => setChosen(null)}
        />
      )}
      <Sources sources={answer.sources} />
      {readOnly ? null : <ApiKeysNew server={server} address={answer.address} onCreated={askAgain} />}
      {revoked.length === 0 ? null : <RevokedKeys keys={revoked} timeZone={timeZone} />}
    </Flex>
  );
}

/** @param onChoose null for who may only look */
function ValidKeys({
  keys,
  timeZone,
  chosen,
  onChoose,
}: {
  keys: readonly ApiKey[];
  timeZone: string;
  chosen: string | null;
  onChoose: ((id: string | null) => void) | null;
}) {
  return (
    <Table density="compact" testId="keys">
      <TableHead>
        <TableRow>
          <TableHeader>System</TableHeader>
          <TableHeader>Name</TableHeader>
          <TableHeader>Begins with</TableHeader>
          <TableHeader>Created</TableHeader>
          <TableHeader>Last used</TableHeader>
          {onChoose === null ? null : <TableHeader> </TableHeader>}
        </TableRow>
      </TableHead>
      <TableBody>
        {keys.map(({ id, start, source, name, createdAt, author, lastUsedOn }) => (
          <TableRow key={id}>
            <TableCell>{source}</TableCell>
            <TableCell>{name}</TableCell>
            <TableCell>{start}…</TableCell>
            <TableCell>
              {instantInWords(createdAt, timeZone)} by {author}
            </TableCell>
            <TableCell>{lastUsedOn === null ? 'Never' : dayInWords(lastUsedOn)}</TableCell>
            {onChoose === null ? null : (
              <TableCell>
                <ButtonRow>
                  <Button
                    size="xs"
                    onClick={() => onChoose(chosen === id ? null : id)}
                    testId={`revoke-${id}`}
                  >
                    {chosen === id ? 'Close' : 'Revoke'}
                  </Button>
                </ButtonRow>
              </TableCell>
            )}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** Whether the systems can be relied on: what they do not tell of is silence, or unknown. */
function Sources({ sources }: { sources: readonly { readonly name: string; readonly sentence: string }[] }) {
  return (
    <Flex direction="column" gap="xs">
      {sources.map(({ name, sentence }) => (
        <Text key={name} testId={`source-${name}`}>
          {name}: {sentence}
        </Text>
      ))}
    </Flex>
  );
}

function RevokedKeys({ keys, timeZone }: { keys: readonly ApiKey[]; timeZone: string }) {
  return (
    <Accordion title="Revoked keys" size="sm" testId="revoked-keys">
      <Table density="compact">
        <TableBody>
          {keys.map(({ id, start, source, name, revokedAt, lastUsedOn }) => (
            <TableRow key={id}>
              <TableCell>{source}</TableCell>
              <TableCell>{name}</TableCell>
              <TableCell>{start}…</TableCell>
              <TableCell>
                {revokedAt === null ? '' : `Revoked ${instantInWords(revokedAt, timeZone)}`}
              </TableCell>
              <TableCell>
                {lastUsedOn === null ? 'Never used' : `Last used ${dayInWords(lastUsedOn)}`}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Accordion>
  );
}
