import { Alert, Button, ButtonRow, Flex, Text } from '@hubspot/ui-extensions';
import { Sentences } from './Sentences.tsx';
import type { SaveState } from './use-save.ts';

type Props = {
  readonly state: SaveState;
  /** Keep the draft and make it of the version that somebody saved meanwhile. */
  readonly onRebase: (version: number) => void;
  /** Give the draft up and look at what is in force. */
  readonly onDiscard: () => void;
};

/** What became of a save that did not save. */
export function SaveOutcome({ state, onRebase, onDiscard }: Props) {
  if (state.stage === 'failed') {
    const { title, advice, reference } = state.problem;
    return (
      <Alert title={`It is not known whether it was saved: ${title}`} variant="danger">
        {advice} Saving again is safe.{reference === null ? '' : ` Reference: ${reference}`}
      </Alert>
    );
  }
  if (state.stage !== 'answered') return null;
  const { answer } = state;
  switch (answer.state) {
    case 'invalid':
      return (
        <Alert title="Not saved: the draft is not complete" variant="warning">
          <Sentences sentences={answer.problems} />
        </Alert>
      );
    case 'forbidden':
    case 'unknown_version':
      return (
        <Alert title="Not saved" variant="warning">
          {answer.sentence}
        </Alert>
      );
    case 'conflict': {
      const { latest, sentence, differences } = answer;
      return (
        <Alert title="Somebody saved before you" variant="warning">
          <Flex direction="column" gap="sm">
            <Text testId="conflict">{sentence}</Text>
            {latest.note === '' ? null : <Text>Their note: {latest.note}</Text>}
            {differences.length === 0 ? null : <Text>What they changed:</Text>}
            <Sentences sentences={differences} />
            <ButtonRow>
              <Button onClick={() => onRebase(latest.version)} testId="rebase">
                Keep mine, on top of version {latest.version}
              </Button>
              <Button variant="transparent" onClick={onDiscard} testId="discard-for-theirs">
                Give mine up and load version {latest.version}
              </Button>
            </ButtonRow>
          </Flex>
        </Alert>
      );
    }
  }
}
