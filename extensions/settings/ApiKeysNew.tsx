import {
  Alert,
  Button,
  ButtonRow,
  Flex,
  Input,
  LoadingButton,
  Text,
  TextArea,
  Tile,
  useExtensionActions,
} from '@hubspot/ui-extensions';
import { useRef, useState } from 'react';
import { ask } from '../shared/ask.ts';
import { copyText } from '../shared/copy.ts';
import type { Problem } from '../shared/problem.ts';
import { newRequestKey } from '../shared/request-key.ts';
import { Fields } from './fields.tsx';
import { createKeyAnswer, type ApiKey } from './keys-answer.ts';
import { Part } from './Part.tsx';

type Props = {
  readonly server: string | null;
  /** Where programs send to. */
  readonly address: string;
  readonly onCreated: () => void;
};

type Created = { readonly key: ApiKey; readonly secret: string; readonly sentence: string };
type State =
  | { readonly stage: 'ready' | 'creating' }
  | { readonly stage: 'refused'; readonly sentence: string }
  | { readonly stage: 'failed'; readonly problem: Problem };

/** Makes a key, and shows its secret until the next one is made or the page is left. */
export function ApiKeysNew({ server, address, onCreated }: Props) {
  const [source, setSource] = useState('');
  const [name, setName] = useState('');
  const [created, setCreated] = useState<Created | null>(null);
  const { state, create } = useCreation(server, (made) => {
    setCreated(made);
    setSource('');
    setName('');
    onCreated();
  });
  return (
    <Part title="Create a key">
      {created === null ? null : <Secret created={created} address={address} />}
      <Fields>
        <Typed
          label="System"
          name="key-source"
          description="A short name that stays, in small letters: what it sends is remembered under it."
          value={source}
          onType={setSource}
        />
        <Typed
          label="Name of the key"
          name="key-name"
          description="Who uses it, such as “Portal sync, production”."
          value={name}
          onType={setName}
        />
      </Fields>
      <Trouble state={state} />
      <ButtonRow>
        <LoadingButton
          loading={state.stage === 'creating'}
          disabled={source.trim() === '' || name.trim() === ''}
          onClick={() => create(source, name)}
          testId="create-key"
        >
          Create key
        </LoadingButton>
      </ButtonRow>
    </Part>
  );
}

/** Told at each key, so that the button is ready as soon as something stands in both. */
function Typed({
  onType,
  ...field
}: {
  label: string;
  name: string;
  description: string;
  value: string;
  onType: (text: string) => void;
}) {
  return <Input {...field} testId={field.name} onInput={onType} onChange={onType} />;
}

/** Pressed again with the same words before an answer was seen, it is the same key that is asked for. */
function useCreation(server: string | null, onCreated: (created: Created) => void) {
  const [state, setState] = useState<State>({ stage: 'ready' });
  const pressed = useRef<{ readonly words: string; readonly requestKey: string } | null>(null);
  const create = async (source: string, name: string): Promise<void> => {
    if (state.stage === 'creating') return;
    setState({ stage: 'creating' });
    const words = JSON.stringify([source, name]);
    if (pressed.current?.words !== words) pressed.current = { words, requestKey: newRequestKey() };
    const body = { requestKey: pressed.current.requestKey, source, name };
    const outcome = await ask(
      server,
      { method: 'POST', path: '/settings/keys/create', body },
      createKeyAnswer,
    );
    if (!outcome.ok) return setState({ stage: 'failed', problem: outcome.problem });
    pressed.current = null;
    const answer = outcome.value;
    if (answer.state !== 'created') return setState({ stage: 'refused', sentence: answer.sentence });
    setState({ stage: 'ready' });
    return onCreated(answer);
  };
  return { state, create };
}

function Trouble({ state }: { state: State }) {
  if (state.stage === 'refused') {
    return (
      <Alert title="No key was created" variant="warning">
        {state.sentence}
      </Alert>
    );
  }
  if (state.stage !== 'failed') return null;
  const { title, advice, reference } = state.problem;
  return (
    <Alert title={`It is not known whether a key was created: ${title}`} variant="danger">
      {advice} Pressing again is safe.{reference === null ? '' : ` Reference: ${reference}`}
    </Alert>
  );
}

function Secret({ created: { key, secret, sentence }, address }: { created: Created; address: string }) {
  const actions = useExtensionActions<'settings'>();
  const example = exampleOf(address);
  return (
    <Tile testId="new-secret">
      <Flex direction="column" gap="sm">
        <Alert title={`The key for ${key.source} is ready`} variant="success">
          {sentence}
        </Alert>
        <Input label="API key" name="secret" testId="secret" value={secret} readOnly={true} />
        <ButtonRow>
          <Button
            variant="primary"
            onClick={() =>
              copyText(actions, secret, {
                copied: 'The key is in your clipboard.',
                byHand: 'Mark the key and copy it by hand.',
              })
            }
            testId="copy-secret"
          >
            Copy the key
          </Button>
        </ButtonRow>
        <Text>
          Put it where {key.source} keeps its secrets, never into a file that others read. A first try from a
          command line, with the key in API_KEY:
        </Text>
        <TextArea label="Example" name="example" testId="example" value={example} readOnly={true} rows={6} />
      </Flex>
    </Tile>
  );
}

function exampleOf(address: string): string {
  const activity = {
    partner_id: '8261734',
    occurred_at: '2026-03-04T10:15:00Z',
    kind: 'portal_login',
    external_id: 'login-5512',
  };
  return [
    `curl ${address} \\`,
    '  -H "Authorization: Bearer $API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '${JSON.stringify({ activities: [activity] })}'`,
  ].join('\n');
}
