/** The settings page's API keys: what an administrator does with them, and what whoever may only look sees. */
import {
  Accordion,
  Alert,
  Button,
  EmptyState,
  ErrorState,
  Input,
  LoadingButton,
  Table,
  TableRow,
  Text,
  TextArea,
  Tile,
} from '@hubspot/ui-extensions';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApiKeyEntry, CreateKeyResponse } from '../../src/web/keys-contract.ts';
import { effectsHaveRun } from './harness.tsx';
import {
  change,
  intakeAddress,
  readOnlyPage,
  renderSettings,
  serveSettings,
  until,
  type Asked,
  type Handlers,
  type Rendered,
} from './settings-world.tsx';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(async () => {
  await effectsHaveRun();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const key: ApiKeyEntry = {
  id: 'Ab12Cd34',
  start: 'rk_Ab12Cd34',
  source: 'partner-portal',
  name: 'Portal sync',
  createdAt: '2026-06-15T02:10:00Z',
  author: 'ada@example.com',
  lastUsedOn: null,
  revokedAt: null,
};
const secret = `rk_Ab12Cd34_${'x'.repeat(49)}`;
const created: CreateKeyResponse = { state: 'created', key, secret, sentence: 'Copy the key now.' };
const listed = (keys: readonly ApiKeyEntry[], sources: readonly object[] = []) => ({
  state: 'listed',
  keys,
  sources,
  address: intakeAddress,
});
const listing = (...all: Parameters<typeof listed>): Handlers => ({ '/settings/keys': () => listed(...all) });

const said = (rendered: Rendered): string => rendered.getRootNode().toString();
async function opened(sign: (rendered: Rendered) => unknown): Promise<Rendered> {
  const rendered = renderSettings();
  await until(rendered, () => sign(rendered));
  return rendered;
}
const withForm = (rendered: Rendered): unknown => rendered.findByTestId(LoadingButton, 'create-key');
const withTable = (rendered: Rendered): unknown => rendered.findByTestId(Table, 'keys');
const sentTo = (asked: readonly Asked[], path: string): unknown[] =>
  asked.filter((one) => one.path === path).map(({ body }) => body);

function fill(rendered: Rendered): void {
  change(rendered.findByTestId(Input, 'key-source'), 'partner-portal');
  change(rendered.findByTestId(Input, 'key-name'), 'Portal sync');
}

describe('creating a key', () => {
  it('begins with nobody, asks for a system and a name, and shows the secret with an example', async () => {
    const asked = serveSettings({
      '/settings/keys': (_body, times) => listed(times === 1 ? [] : [key]),
      '/settings/keys/create': () => created,
    });
    const rendered = await opened(withForm);
    expect(rendered.find(EmptyState, { title: 'No system may send yet' })).not.toBeNull();
    const button = () => rendered.findByTestId(LoadingButton, 'create-key');
    expect(button().props.disabled).toBe(true);
    fill(rendered);
    expect(button().props.disabled).toBe(false);
    button().trigger('onClick');
    await until(rendered, () => rendered.findByTestId(Tile, 'new-secret'));
    expect(rendered.findByTestId(Input, 'secret').props).toMatchObject({ value: secret, readOnly: true });
    const example = rendered.findByTestId(TextArea, 'example').props.value;
    expect(example).toContain(`curl ${intakeAddress}`);
    expect(example).not.toContain(secret);
    expect(sentTo(asked, '/settings/keys/create')).toEqual([
      { requestKey: expect.any(String) as string, source: 'partner-portal', name: 'Portal sync' },
    ]);
    // The list is another one by then, and the secret is still there.
    await until(rendered, () => withTable(rendered));
    expect(rendered.findByTestId(Input, 'secret').props.value).toBe(secret);
    rendered.findByTestId(Button, 'copy-secret').trigger('onClick');
    expect(rendered.mocks.actions.copyTextToClipboard.calls).toEqual([[secret]]);
    await vi.waitFor(() => expect(rendered.mocks.actions.addAlert.callCount).toBe(1));
  });

  it('says what is wrong and keeps what was typed', async () => {
    const sentence = 'The source needs a short name in small letters.';
    serveSettings({ '/settings/keys/create': () => ({ state: 'refused', sentence }) });
    const rendered = await opened(withForm);
    fill(rendered);
    rendered.findByTestId(LoadingButton, 'create-key').trigger('onClick');
    await until(rendered, () => rendered.find(Alert, { title: 'No key was created' }));
    expect(said(rendered)).toContain(sentence);
    expect(rendered.findByTestId(Input, 'key-source').props.value).toBe('partner-portal');
  });

  it('whose answer was lost may be asked for again: it is the same press', async () => {
    const asked = serveSettings({
      '/settings/keys/create': (_body, times) => {
        if (times === 1) throw new Error('network');
        return created;
      },
    });
    const rendered = await opened(withForm);
    fill(rendered);
    rendered.findByTestId(LoadingButton, 'create-key').trigger('onClick');
    await until(rendered, () => expect(said(rendered)).toContain('Pressing again is safe.'));
    rendered.findByTestId(LoadingButton, 'create-key').trigger('onClick');
    await until(rendered, () => rendered.findByTestId(Tile, 'new-secret'));
    const [first, second] = sentTo(asked, '/settings/keys/create');
    expect(second).toEqual(first);
  });
});

describe('the list', () => {
  it('tells of each key whose it is, who made it and when it was last used, and of each system what it is worth', async () => {
    const revoked = {
      ...key,
      id: 'Zz',
      start: 'rk_Zz',
      revokedAt: '2026-06-20T08:00:00Z',
      lastUsedOn: '2026-06-19',
    };
    const sources = [{ name: 'partner-portal', sentence: 'Complete up to 14 Jun 2026.' }];
    const used = { ...key, id: 'Used', lastUsedOn: '2026-06-21' };
    serveSettings(listing([used, key, revoked], sources));
    const rendered = await opened(withTable);
    const table = rendered.findByTestId(Table, 'keys');
    expect(table.findAll(TableRow)).toHaveLength(3);
    for (const words of [
      'partner-portal',
      'rk_Ab12Cd34…',
      '14 Jun 2026, 22:10 by ada@example.com',
      '21 Jun 2026',
      'Never',
    ])
      expect(table.toString()).toContain(words);
    expect(rendered.findByTestId(Text, 'source-partner-portal').text).toBe(
      'partner-portal: Complete up to 14 Jun 2026.',
    );
    expect(rendered.findByTestId(Accordion, 'revoked-keys').toString()).toContain(
      'Revoked 20 Jun 2026, 04:00',
    );
  });

  it('explains that it did not come and recovers', async () => {
    serveSettings({
      '/settings/keys': (_body, times) => {
        if (times === 1) throw new Error('network');
        return listed([key]);
      },
    });
    const rendered = await opened((one) => one.find(ErrorState));
    rendered.findByTestId(Button, 'try-again').trigger('onClick');
    await until(rendered, () => withTable(rendered));
    expect(rendered.maybeFind(ErrorState)).toBeNull();
  });
});

describe('revoking', () => {
  it('takes a second yes, and the list is asked for anew', async () => {
    const asked = serveSettings({
      '/settings/keys': (_body, times) => listed(times === 1 ? [key] : []),
      '/settings/keys/revoke': () => ({ state: 'revoked', sentence: 'It is refused from now on.' }),
    });
    const rendered = await opened(withTable);
    rendered.findByTestId(Button, 'revoke-Ab12Cd34').trigger('onClick');
    expect(rendered.findByTestId(Tile, 'revoking').toString()).toContain('Portal sync');
    expect(sentTo(asked, '/settings/keys/revoke')).toEqual([]);
    rendered.findByTestId(LoadingButton, 'revoke-surely').trigger('onClick');
    await until(rendered, () => rendered.find(EmptyState, { title: 'No system may send yet' }));
    expect(sentTo(asked, '/settings/keys/revoke')).toEqual([{ id: 'Ab12Cd34' }]);
    expect(rendered.maybeFindByTestId(Tile, 'revoking')).toBeNull();
  });

  it('that was not answered says so', async () => {
    serveSettings(listing([key]));
    const rendered = await opened(withTable);
    rendered.findByTestId(Button, 'revoke-Ab12Cd34').trigger('onClick');
    rendered.findByTestId(LoadingButton, 'revoke-surely').trigger('onClick');
    await until(rendered, () => expect(said(rendered)).toContain('Revoking again is safe.'));
  });
});

it('who may only look sees the keys and can neither make nor revoke one', async () => {
  serveSettings({ '/settings': () => readOnlyPage, ...listing([key]) });
  const rendered = await opened(withTable);
  expect(rendered.findByTestId(Table, 'keys').findAll(Button)).toEqual([]);
  expect(rendered.maybeFindByTestId(LoadingButton, 'create-key')).toBeNull();
});
