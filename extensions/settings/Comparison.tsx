import { Button, ButtonRow, Flex, LoadingButton, LoadingSpinner, Text, Tile } from '@hubspot/ui-extensions';
import { useState } from 'react';
import { compareAnswer } from './answer.ts';
import { SaveOutcome } from './SaveOutcome.tsx';
import { Sentences } from './Sentences.tsx';
import { useSettledAnswer } from './use-settled-answer.ts';
import { useSave } from './use-save.ts';

type Props = {
  readonly server: string | null;
  /** An older version than the one in force. */
  readonly version: number;
  readonly inForce: number;
  readonly readOnly: boolean;
  readonly onRestored: (sentence: string) => void;
};

/** What restoring an older version would change, and the button that does it. */
export function Comparison({ server, version, inForce, readOnly, onRestored }: Props) {
  const query = { a: String(inForce), b: String(version) };
  const { answer, problem } = useSettledAnswer(
    server,
    { method: 'GET', path: '/settings/compare', query },
    compareAnswer,
  );
  if (problem !== null) return <Text>{problem.advice}</Text>;
  if (answer === null) return <LoadingSpinner label="Comparing" />;
  if (answer.state === 'unknown_version') return <Text>{answer.sentence}</Text>;
  return (
    <Tile testId="comparison">
      <Flex direction="column" gap="sm">
        <Text format={{ fontWeight: 'demibold' }}>
          {answer.differences.length === 0
            ? `Version ${version} says the same as version ${inForce}, which is in force.`
            : `What version ${version} says otherwise than version ${inForce}, which is in force:`}
        </Text>
        <Sentences sentences={answer.differences} />
        {readOnly || answer.differences.length === 0 ? null : (
          <Restore server={server} version={version} inForce={inForce} onRestored={onRestored} />
        )}
      </Flex>
    </Tile>
  );
}

function Restore({ server, version, inForce, onRestored }: Omit<Props, 'readOnly'>) {
  const [sure, setSure] = useState(false);
  const { state, send } = useSave(server, onRestored);
  const restore = (baseVersion: number): Promise<void> =>
    send('/settings/restore', { baseVersion, version, note: '' });
  if (!sure) {
    return (
      <ButtonRow>
        <Button onClick={() => setSure(true)} testId="restore">
          Restore version {version}
        </Button>
      </ButtonRow>
    );
  }
  return (
    <Flex direction="column" gap="sm">
      <Text>
        A new version that equals version {version} comes into force; none is lost. The next run judges
        everybody by it.
      </Text>
      <SaveOutcome state={state} onRebase={restore} onDiscard={() => setSure(false)} />
      <ButtonRow>
        <LoadingButton
          variant="primary"
          loading={state.stage === 'saving'}
          onClick={() => restore(inForce)}
          testId="restore-surely"
        >
          Restore it
        </LoadingButton>
        <Button variant="transparent" onClick={() => setSure(false)}>
          Leave it
        </Button>
      </ButtonRow>
    </Flex>
  );
}
