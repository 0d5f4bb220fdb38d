/**
 * The settings page in HubSpot's own test renderer, in front of a server that a test makes up: the definitions and their
 * sentences are the product's own.
 */
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { vi } from 'vitest';
import { SettingsPage } from '../../extensions/settings/SettingsPage.tsx';
import { describeDifferences } from '../../src/assess/differences.ts';
import { presets } from '../../src/assess/presets.ts';
import { describeRule, describeSettings } from '../../src/assess/sentences.ts';
import { behaviours, settingsSchema, type Behaviour, type Settings } from '../../src/model/settings.ts';
import type {
  DescribeResponse,
  PortalResponse,
  SettingsEntry,
  SettingsPage as Page,
} from '../../src/web/settings-contract.ts';

export const reseller: Settings = settingsSchema.parse(presets.reseller);

export const entry: SettingsEntry = {
  version: 3,
  savedAt: '2026-06-15T02:10:00Z',
  author: 'ada@example.com',
  note: 'Portal logins count for 90 days',
  preset: 'reseller',
};

function described(settings: Settings) {
  return {
    sentences: describeSettings(settings),
    rules: settings.rules.map((rule) => ({ id: rule.id, sentence: describeRule(rule) })),
  };
}

export function page(changes: Partial<Page> = {}): Page {
  return {
    state: 'ready',
    access: { mayChange: true, sentence: 'You may change these settings: you are on the server’s list.' },
    inForce: { ...entry, settings: reseller, ...described(reseller) },
    presets: Object.values(presets).map((settings) => ({
      label: `The ${settings.preset} preset`,
      about: 'What it is for.',
      settings: settingsSchema.parse(settings),
      ...described(settings),
    })),
    words: {
      behaviours: (Object.keys(behaviours) as Behaviour[]).map((value) => ({ value, label: value })),
      kinds: [
        { value: 'deal_registered', label: 'Deal registered' },
        { value: 'deal_won', label: 'Deal won' },
        { value: 'order', label: 'Order' },
      ],
      partnerKinds: [{ value: 'portal_login', label: 'Portal login' }],
    },
    timeZone: 'America/New_York',
    partners: 240,
    ...changes,
  };
}

export const readOnlyPage = page({
  access: { mayChange: false, sentence: 'You can read these settings but not change them: ask Ada.' },
});

export const portal: PortalResponse = {
  state: 'read',
  pipelines: [{ id: 'default', label: 'Sales pipeline' }],
  properties: [
    {
      name: 'type',
      label: 'Type',
      type: 'enumeration',
      options: [
        { value: 'PARTNER', label: 'Partner' },
        { value: 'PROSPECT', label: 'Prospect' },
      ],
    },
    { name: 'last_portal_login', label: 'Last portal login', type: 'date', options: [] },
  ],
  problems: [],
};

/** What the server says of a draft, with the product's own words. */
export function describeAsServer(body: { settings: Settings }): DescribeResponse {
  const parsed = settingsSchema.safeParse(body.settings);
  if (!parsed.success)
    return { state: 'invalid', problems: parsed.error.issues.map(({ message }) => message) };
  return {
    state: 'described',
    ...described(parsed.data),
    differences: describeDifferences(reseller, parsed.data),
  };
}

export type Asked = { readonly path: string; readonly body: unknown };
type Handler = (body: never, times: number) => unknown;
export type Handlers = Readonly<Record<string, Handler>>;

export const intakeAddress = 'https://partners.example.com/v1/activities';

const usual: Handlers = {
  '/settings': () => page(),
  '/settings/portal': () => portal,
  '/settings/count': () => ({ state: 'counted', partners: 240, sentence: '240 companies in HubSpot.' }),
  '/settings/describe': describeAsServer,
  '/settings/keys': () => ({ state: 'listed', keys: [], sources: [], address: intakeAddress }),
  '/settings/versions': () => ({ state: 'listed', versions: [entry], log: [] }),
  '/settings/corrections': () => ({ state: 'listed', total: 0, corrections: [] }),
};

/**
 * A page of an earlier test cannot be taken down and may ask late: every test has a server of its own address, which
 * hears nothing of what is meant for another.
 */
let servers = 0;
const serverAddress = (): string => `https://rekindle-${servers}.example`;

/**
 * Answers by path; a POST to /settings goes by `save`. A handler returns the answer, a Response, or throws as HubSpot
 * would; a path without a handler is a rejection that names itself.
 */
export function serveSettings(handlers: Handlers = {}): Asked[] {
  servers += 1;
  const own = serverAddress();
  const asked: Asked[] = [];
  const all: Handlers = { ...usual, ...handlers };
  const hsFetch = async (
    url: string | URL,
    options: { method?: string; body?: unknown } = {},
  ): Promise<Response> => {
    const { pathname, origin } = new URL(url);
    if (origin !== own) throw new Error('meant for the server of another test');
    const path = pathname === '/settings' && options.method === 'POST' ? 'save' : pathname;
    // As HubSpot sends it: what is not JSON does not arrive.
    const body: unknown = options.body === undefined ? undefined : JSON.parse(JSON.stringify(options.body));
    asked.push({ path, body });
    const handler = all[path];
    if (handler === undefined) throw new Error(`unexpected question to ${path}`);
    const answer = handler(body as never, asked.filter((one) => one.path === path).length);
    return answer instanceof Response ? answer : Response.json(await answer);
  };
  vi.stubGlobal('self', { hsFetch });
  return asked;
}

export function renderSettings(variables: Record<string, string> = { API_BASE_URL: serverAddress() }) {
  const renderer = createRenderer('settings');
  const { context, actions } = renderer.mocks;
  context.portal.id = 7_654_321;
  context.portal.timezone = 'America/New_York';
  context.variables = variables;
  renderer.render(<SettingsPage context={context} actions={actions} />);
  return renderer;
}
export type Rendered = ReturnType<typeof renderSettings>;

/** Waits for what must come; the limit only ends a hanging test. */
export function until(rendered: Rendered, check: () => unknown): Promise<void> {
  return rendered.waitFor(() => void check(), { timeoutInMs: 20_000 });
}

/** What HubSpot tells an extension when somebody leaves an input with this in it. Its own types allow no value. */
export function change(input: unknown, value: unknown): void {
  (input as { trigger(event: 'onChange', value: unknown): void }).trigger('onChange', value);
}
