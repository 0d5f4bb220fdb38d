import { Alert, ButtonRow, Input, LoadingButton, Text } from '@hubspot/ui-extensions';
import { useState } from 'react';
import { ask } from '../shared/ask.ts';
import { removalAnswer } from './answer.ts';
import { Part } from './Part.tsx';

type Props = {
  readonly server: string | null;
  readonly portalId: string;
  readonly readOnly: boolean;
};

type State =
  | { readonly stage: 'ready' | 'removing' }
  | { readonly stage: 'told'; readonly removed: boolean; readonly sentence: string };

/** Takes Rekindle's properties out of HubSpot, once somebody has typed the account's number. */
export function DangerZone({ server, portalId, readOnly }: Props) {
  const [typed, setTyped] = useState('');
  const [state, setState] = useState<State>({ stage: 'ready' });
  const remove = async (): Promise<void> => {
    setState({ stage: 'removing' });
    const question = {
      method: 'POST',
      path: '/settings/remove-properties',
      body: { confirmation: typed },
    } as const;
    const outcome = await ask(server, question, removalAnswer);
    setState(
      outcome.ok
        ? { stage: 'told', removed: outcome.value.state === 'removed', sentence: outcome.value.sentence }
        : { stage: 'told', removed: false, sentence: `${outcome.problem.title}. ${outcome.problem.advice}` },
    );
  };
  return (
    <Part title="Remove Rekindle’s properties">
      <Text>
        All company properties of the group “Rekindle” are archived with all their values, also the dates
        until which people paused partners. Workflows, lists and reports that use them stop working. The
        settings and the history on Rekindle’s server stay.
      </Text>
      {state.stage === 'told' ? (
        <Alert
          title={state.removed ? 'Removed' : 'Nothing was removed'}
          variant={state.removed ? 'success' : 'warning'}
        >
          {state.sentence}
        </Alert>
      ) : null}
      {readOnly ? (
        <Text>Only who may change the settings can do this.</Text>
      ) : (
        <>
          <Input
            label="Type the number of this HubSpot account to confirm"
            name="confirmation"
            testId="confirmation"
            value={typed}
            onInput={setTyped}
            onChange={setTyped}
          />
          <ButtonRow>
            <LoadingButton
              variant="destructive"
              loading={state.stage === 'removing'}
              disabled={typed.trim() !== portalId}
              onClick={remove}
              testId="remove-properties"
            >
              Remove all properties
            </LoadingButton>
          </ButtonRow>
        </>
      )}
    </Part>
  );
}
