/** What an administrator, and whoever may only look, can do on the settings page. */
import {
  Alert,
  Button,
  Checkbox,
  EmptyState,
  ErrorState,
  Input,
  LoadingButton,
  LoadingSpinner,
  MultiSelect,
  NumberInput,
  Select,
  Table,
  TableRow,
  Text,
  TextArea,
  Tile,
  TimeInput,
  Toggle,
} from '@hubspot/ui-extensions';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Settings } from '../../src/model/settings.ts';
import type { SaveResponse } from '../../src/web/settings-contract.ts';
import { effectsHaveRun } from './harness.tsx';
import {
  change,
  entry,
  page,
  readOnlyPage,
  renderSettings,
  reseller,
  serveSettings,
  until,
  type Asked,
  type Rendered,
} from './settings-world.tsx';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  await effectsHaveRun();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const said = (rendered: Rendered): string => rendered.getRootNode().toString();
const isSaid = (rendered: Rendered, words: string) =>
  until(rendered, () => expect(said(rendered)).toContain(words));
async function opened(): Promise<Rendered> {
  const rendered = renderSettings();
  await until(rendered, () => rendered.findByTestId(Text, 'in-force'));
  return rendered;
}
const bodyOf = <T,>(asked: readonly Asked[], path: string): T =>
  asked.findLast((one) => one.path === path)?.body as T;
type SaveBody = { baseVersion: number; settings: Settings; note: string; approvedMoves: number | null };
function setGrace(rendered: Rendered, days: number): void {
  change(rendered.findByTestId(NumberInput, 'graceDays'), days);
}

const preview = {
  state: 'done',
  partners: 240,
  before: { active: 200, inactive: 40 },
  after: { active: 120, inactive: 120 },
  changing: 90,
  moves: 80,
  changes: [
    {
      id: '102',
      name: 'Birch Systems',
      from: 'active',
      to: 'inactive',
      fromReason: null,
      toReason: 'sales_stopped',
      sentence: 'No deal was registered in 180 days.',
    },
  ],
  brake: { moves: 80, stops: true, allowed: 50 },
  properties: { rekindle_status: 80, rekindle_reasons: 90 },
  limits: ['12 partners: No source tells us of portal logins.'],
} as const;
const saved: SaveResponse = { state: 'saved', version: 4, sentence: 'Version 4 is in force.' };

describe('opening the page', () => {
  it('shows the definition in force in plain sentences, who saved it and when, and the live count', async () => {
    serveSettings();
    const rendered = renderSettings();
    expect(rendered.maybeFind(LoadingSpinner)).not.toBeNull();
    await isSaid(rendered, 'A partner is inactive when no deal was registered or won for 180 days.');
    expect(rendered.findByTestId(Text, 'in-force').text).toBe(
      'Version 3 is in force, saved by ada@example.com on 14 Jun 2026, 22:10: Portal logins count for 90 days',
    );
    await isSaid(rendered, '240 companies in HubSpot.');
    expect(rendered.findByTestId(Text, 'local-time').text).toMatch(
      /^At present that is \d\d:30 in the account’s time zone, America\/New_York\./,
    );
    expect(rendered.maybeFindByTestId(LoadingButton, 'save')).toBeNull();
  });

  it('says what going without one of several behaviours means, and how to choose otherwise', async () => {
    serveSettings();
    const rendered = await opened();
    const combination = () => rendered.findByTestId(Select, 'combination');
    expect(combination().props.value).toBe('all');
    expect(combination().props.description).toMatch(
      /^Who goes without one of these behaviours is at risk, .* remove its rule or ask it of fewer partners; .* makes a partner cooling\.$/,
    );
    change(combination(), 'any');
    await until(rendered, () =>
      expect(combination().props.description).toMatch(
        /^Who goes without one of these behaviours is inactive,/,
      ),
    );
  });

  it('explains a failure and recovers', async () => {
    serveSettings({
      '/settings': (_body, times) => {
        if (times === 1) throw new Error('network');
        return page();
      },
    });
    const rendered = renderSettings();
    await until(rendered, () => rendered.find(ErrorState));
    rendered.findByTestId(Button, 'try-again').trigger('onClick');
    await until(rendered, () => rendered.findByTestId(Text, 'in-force'));
    expect(rendered.maybeFind(ErrorState)).toBeNull();
  });

  it('says so where the app was uploaded without the server’s address', async () => {
    serveSettings();
    const rendered = renderSettings({});
    await until(rendered, () => rendered.find(ErrorState));
    expect(said(rendered)).toContain('API_BASE_URL');
  });

  it('has names typed where HubSpot does not tell which there are, and says why', async () => {
    serveSettings({
      '/settings/portal': () => ({
        state: 'read',
        pipelines: [],
        properties: [],
        problems: ['The company properties could not be read: HubSpot is away.'],
      }),
    });
    const rendered = await opened();
    await isSaid(rendered, 'The company properties could not be read: HubSpot is away.');
    expect(rendered.findByTestId(Input, 'definition-property').props.value).toBe('type');
    expect(rendered.findByTestId(Input, 'definition-values').props.value).toBe('PARTNER');
  });

  it('keeps and shows what the account does not have any more', async () => {
    const gone: Settings = {
      ...reseller,
      mapping: { ...reseller.mapping, tierProperty: 'old_tier' },
    };
    serveSettings({
      '/settings': () => page({ inForce: { ...entry, settings: gone, sentences: [], rules: [] } }),
    });
    const rendered = await opened();
    await until(rendered, () => rendered.findByTestId(Select, 'tierProperty'));
    const { value, options } = rendered.findByTestId(Select, 'tierProperty').props;
    expect(value).toBe('old_tier');
    expect(options.at(-1)).toEqual({ value: 'old_tier', label: 'old_tier' });
  });
});

describe('the first settings', () => {
  it('begin with a preset, are saved as version 1, and need no preview', async () => {
    const asked = serveSettings({ '/settings': () => page({ inForce: null }), save: () => saved });
    const rendered = renderSettings();
    await until(rendered, () => rendered.find(EmptyState));
    rendered.findByTestId(Button, 'start-from-distributor').trigger('onClick');
    await isSaid(rendered, 'A partner is inactive when no order was placed for 365 days.');
    rendered.findByTestId(LoadingButton, 'save').trigger('onClick');
    await until(rendered, () => expect(rendered.mocks.actions.addAlert.callCount).toBe(1));
    expect(bodyOf<SaveBody>(asked, 'save')).toMatchObject({
      baseVersion: null,
      settings: { preset: 'distributor' },
    });
  });
});

describe('changing the definition', () => {
  it('tells what the draft changes, previews it, and saves it with a note', async () => {
    const asked = serveSettings({
      '/settings': (_body, times) =>
        page(
          times === 1
            ? {}
            : { inForce: { ...entry, version: 4, settings: reseller, sentences: [], rules: [] } },
        ),
      '/settings/preview': () => ({ ...preview, brake: { moves: 80, stops: false, allowed: 90 } }),
      save: () => saved,
    });
    const rendered = await opened();
    setGrace(rendered, 7);
    await isSaid(rendered, 'Days after joining in which absence means nothing: 7 instead of 60.');
    expect(rendered.findByTestId(LoadingButton, 'save').props.variant).toBe('secondary');
    rendered.findByTestId(LoadingButton, 'preview').trigger('onClick');
    await isSaid(rendered, 'Of 240 partners 90 would change: 80 get another status, 10 another reason.');
    expect(said(rendered)).toContain('Active, then Inactive');
    expect(said(rendered)).toContain('rekindle_status: another value for 80 partners');
    expect(said(rendered)).toContain('12 partners: No source tells us of portal logins.');
    expect(rendered.maybeFindByTestId(Checkbox, 'approve')).toBeNull();
    change(rendered.findByTestId(TextArea, 'note'), 'Sooner');
    expect(rendered.findByTestId(LoadingButton, 'save').props.variant).toBe('primary');
    rendered.findByTestId(LoadingButton, 'save').trigger('onClick');
    await isSaid(rendered, 'Version 4 is in force');
    expect(bodyOf<SaveBody>(asked, 'save')).toEqual({
      baseVersion: 3,
      settings: { ...reseller, graceDays: 7 },
      note: 'Sooner',
      approvedMoves: null,
    });
    expect(rendered.mocks.actions.addAlert.calls).toEqual([
      [{ type: 'success', title: 'Saved', message: 'Version 4 is in force.' }],
    ]);
    expect(rendered.maybeFindByTestId(LoadingButton, 'save')).toBeNull();
  });

  it('calls one partner one in a preview', async () => {
    const properties = { rekindle_status: 1 };
    serveSettings({
      '/settings/preview': () => ({ ...preview, partners: 1, changing: 1, moves: 1, properties }),
    });
    const rendered = await opened();
    setGrace(rendered, 7);
    await until(rendered, () => rendered.findByTestId(LoadingButton, 'preview'));
    rendered.findByTestId(LoadingButton, 'preview').trigger('onClick');
    await isSaid(rendered, 'Of 1 partner 1 would change: 1 gets another status, 0 another reason.');
    expect(said(rendered)).toContain('rekindle_status: another value for 1 partner');
  });

  it('asks for a yes beyond the brake; the yes is to what was previewed and to nothing else', async () => {
    const asked = serveSettings({ '/settings/preview': () => preview, save: () => saved });
    const rendered = await opened();
    setGrace(rendered, 7);
    await until(rendered, () => rendered.findByTestId(LoadingButton, 'preview'));
    rendered.findByTestId(LoadingButton, 'preview').trigger('onClick');
    await until(rendered, () => rendered.findByTestId(Checkbox, 'approve'));
    change(rendered.findByTestId(Checkbox, 'approve'), true);
    expect(rendered.findByTestId(Checkbox, 'approve').props.checked).toBe(true);
    // Another draft: the preview and the yes to it are gone.
    setGrace(rendered, 8);
    expect(rendered.maybeFindByTestId(Checkbox, 'approve')).toBeNull();
    rendered.findByTestId(LoadingButton, 'preview').trigger('onClick');
    await until(rendered, () => rendered.findByTestId(Checkbox, 'approve'));
    expect(rendered.findByTestId(Checkbox, 'approve').props.checked).toBe(false);
    change(rendered.findByTestId(Checkbox, 'approve'), true);
    rendered.findByTestId(LoadingButton, 'save').trigger('onClick');
    await until(rendered, () => expect(bodyOf(asked, 'save')).toMatchObject({ approvedMoves: 80 }));
  });

  it('goes on asking for a preview that takes long, and tells how far it is', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    serveSettings({
      '/settings/preview': async (_body, times) => {
        if (times === 1) return { state: 'running', judged: 4000, retryAfterSeconds: 0 };
        if (times === 2) return { state: 'busy', retryAfterSeconds: 0 };
        await promise;
        return preview;
      },
    });
    const rendered = await opened();
    setGrace(rendered, 7);
    await until(rendered, () => rendered.findByTestId(LoadingButton, 'preview'));
    rendered.findByTestId(LoadingButton, 'preview').trigger('onClick');
    await isSaid(rendered, 'Somebody else’s draft is being previewed');
    expect(rendered.findByTestId(LoadingButton, 'preview').props.loading).toBe(true);
    resolve();
    await isSaid(rendered, 'Of 240 partners 90 would change');
  });

  it('shows what is wrong with a draft at once and lets nobody save it', async () => {
    serveSettings();
    const rendered = await opened();
    setGrace(rendered, 99_999);
    await isSaid(rendered, 'This draft is not complete');
    expect(rendered.findByTestId(LoadingButton, 'save').props.disabled).toBe(true);
    expect(rendered.findByTestId(LoadingButton, 'preview').props.disabled).toBe(true);
  });

  it('is discarded on request', async () => {
    serveSettings();
    const rendered = await opened();
    setGrace(rendered, 7);
    await until(rendered, () => rendered.findByTestId(Button, 'discard'));
    rendered.findByTestId(Button, 'discard').trigger('onClick');
    await until(rendered, () => expect(rendered.findByTestId(NumberInput, 'graceDays').props.value).toBe(60));
    expect(rendered.maybeFindByTestId(LoadingButton, 'save')).toBeNull();
  });

  it('keeps what a newer server knows and this page does not', async () => {
    const newer = { ...reseller, forecast: { on: true } } as Settings;
    const asked = serveSettings({
      '/settings': () => page({ inForce: { ...entry, settings: newer, sentences: [], rules: [] } }),
      '/settings/describe': () => ({ state: 'described', sentences: [], rules: [], differences: [] }),
      save: () => saved,
    });
    const rendered = await opened();
    setGrace(rendered, 7);
    await until(rendered, () => rendered.findByTestId(LoadingButton, 'save'));
    rendered.findByTestId(LoadingButton, 'save').trigger('onClick');
    await until(rendered, () =>
      expect(bodyOf(asked, 'save')).toMatchObject({ settings: { forecast: { on: true } } }),
    );
  });
});

async function tryToSave(...answers: unknown[]): Promise<{ rendered: Rendered; asked: Asked[] }> {
  const later = { ...reseller, warningDays: 14 };
  const asked = serveSettings({
    '/settings': (_body, times) =>
      times === 1
        ? page()
        : page({ inForce: { ...entry, version: 4, settings: later, sentences: [], rules: [] } }),
    save: (_body, times) => {
      const answer = answers[times - 1];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const rendered = await opened();
  setGrace(rendered, 7);
  await until(rendered, () => rendered.findByTestId(LoadingButton, 'save'));
  rendered.findByTestId(LoadingButton, 'save').trigger('onClick');
  await until(rendered, () => expect(bodyOf(asked, 'save')).not.toBeUndefined());
  return { rendered, asked };
}

describe('saving that does not save', () => {
  const conflict: SaveResponse = {
    state: 'conflict',
    latest: { ...entry, version: 4, author: 'ben@example.com', note: 'Later' },
    sentence: 'ben@example.com saved version 4 on 15 Jun 2026.',
    differences: ['Days of warning before a rule holds: 14 instead of 30.'],
  };

  it('tells who saved what meanwhile and keeps the draft, whose changes can be put on top', async () => {
    const { rendered, asked } = await tryToSave(conflict, saved);
    await isSaid(rendered, 'ben@example.com saved version 4 on 15 Jun 2026.');
    expect(said(rendered)).toContain('Days of warning before a rule holds: 14 instead of 30.');
    expect(said(rendered)).toContain('Their note: Later');
    expect(rendered.findByTestId(NumberInput, 'graceDays').props.value).toBe(7);
    rendered.findByTestId(Button, 'rebase').trigger('onClick');
    await until(rendered, () =>
      expect(rendered.findByTestId(NumberInput, 'warningDays').props.value).toBe(14),
    );
    expect(rendered.findByTestId(NumberInput, 'graceDays').props.value).toBe(7);
    expect(rendered.maybeFindByTestId(Text, 'conflict')).toBeNull();
    rendered.findByTestId(LoadingButton, 'save').trigger('onClick');
    await until(rendered, () =>
      expect(bodyOf(asked, 'save')).toMatchObject({
        baseVersion: 4,
        settings: { graceDays: 7, warningDays: 14 },
      }),
    );
  });

  it('can be given up for what they saved', async () => {
    const { rendered } = await tryToSave(conflict);
    await until(rendered, () => rendered.findByTestId(Button, 'discard-for-theirs'));
    rendered.findByTestId(Button, 'discard-for-theirs').trigger('onClick');
    await until(rendered, () => expect(rendered.findByTestId(NumberInput, 'graceDays').props.value).toBe(60));
  });

  it.each<[string, unknown, string]>([
    [
      'a right that was taken away meanwhile',
      { state: 'forbidden', sentence: 'You are no super admin any more.' },
      'You are no super admin any more.',
    ],
    [
      'a draft that the server refuses',
      { state: 'invalid', problems: ['Rules: at least one rule is needed.'] },
      'at least one rule is needed',
    ],
    ['a lost answer', new Error('network'), 'Saving again is safe.'],
  ])('explains %s and keeps the draft', async (_, answer, words) => {
    const { rendered } = await tryToSave(answer);
    await isSaid(rendered, words);
    expect(rendered.findByTestId(NumberInput, 'graceDays').props.value).toBe(7);
  });
});

describe('rules', () => {
  it('are edited in place, and their sentences follow', async () => {
    serveSettings();
    const rendered = await opened();
    rendered.findByTestId(Button, 'edit-portal_90').trigger('onClick');
    change(rendered.findByTestId(NumberInput, 'portal_90-days'), 120);
    change(rendered.findByTestId(Input, 'portal_90-tiers'), 'gold, silver');
    change(rendered.findByTestId(Select, 'portal_90-severity'), 'at_risk');
    await isSaid(
      rendered,
      'A gold or silver partner is at risk when nobody logged in to the portal for 120 days.',
    );
    rendered.findByTestId(Button, 'edit-portal_90').trigger('onClick');
    expect(rendered.maybeFindByTestId(NumberInput, 'portal_90-days')).toBeNull();
  });

  it('are added and removed', async () => {
    const asked = serveSettings();
    const rendered = await opened();
    rendered.findByTestId(Button, 'add-conversion').trigger('onClick');
    expect(rendered.findByTestId(NumberInput, 'clicks_without_sales_90-minimum').props.value).toBe(50);
    rendered.findByTestId(Button, 'remove-portal_90').trigger('onClick');
    expect(rendered.maybeFindByTestId(Tile, 'rule-portal_90')).toBeNull();
    await isSaid(
      rendered,
      'No longer: A partner is inactive when nobody logged in to the portal for 90 days.',
    );
    expect(
      bodyOf<{ settings: Settings }>(asked, '/settings/describe').settings.rules.map(({ id }) => id),
    ).toEqual(['deals_180', 'marketing_180', 'deals_halved_180', 'clicks_without_sales_90']);
  });

  it('of the same kind get names of their own', async () => {
    serveSettings();
    const rendered = await opened();
    rendered.findByTestId(Button, 'add-absence').trigger('onClick');
    rendered.findByTestId(Button, 'add-absence').trigger('onClick');
    expect(rendered.maybeFindByTestId(Tile, 'rule-sales_180')).not.toBeNull();
    expect(rendered.maybeFindByTestId(Tile, 'rule-sales_180_2')).not.toBeNull();
  });

  it('come from a preset without touching what is the account’s own', async () => {
    const own: Settings = {
      ...reseller,
      partnerDefinition: { by: 'list', listId: '42' },
      mapping: { ...reseller.mapping, tierProperty: 'partner_tier' },
      excludedPartnerIds: ['12'],
    };
    const asked = serveSettings({
      '/settings': () => page({ inForce: { ...entry, settings: own, sentences: [], rules: [] } }),
    });
    const rendered = await opened();
    rendered.findByTestId(Button, 'start-from-distributor').trigger('onClick');
    await until(rendered, () => expect(bodyOf(asked, '/settings/describe')).not.toBeUndefined());
    const { settings } = bodyOf<{ settings: Settings }>(asked, '/settings/describe');
    expect(settings).toMatchObject({
      preset: 'distributor',
      partnerDefinition: own.partnerDefinition,
      mapping: { tierProperty: 'partner_tier', deals: [{ created: null, won: 'order' }] },
      excludedPartnerIds: ['12'],
    });
  });
});

describe('the account’s own names', () => {
  it('are chosen from what HubSpot has', async () => {
    const asked = serveSettings();
    const rendered = await opened();
    await until(rendered, () => rendered.findByTestId(MultiSelect, 'definition-values'));
    change(rendered.findByTestId(MultiSelect, 'definition-values'), ['PARTNER', 'PROSPECT']);
    await until(rendered, () =>
      expect(bodyOf(asked, '/settings/count')).toEqual({
        definition: { by: 'property', property: 'type', values: ['PARTNER', 'PROSPECT'] },
      }),
    );
    rendered.findByTestId(Button, 'add-dates').trigger('onClick');
    change(rendered.findByTestId(Select, 'dates-0-property'), 'last_portal_login');
    change(rendered.findByTestId(MultiSelect, 'deals-0-pipelines'), ['default']);
    change(rendered.findByTestId(Select, 'deals-0-created'), '');
    await isSaid(rendered, 'Dates are read from “last_portal_login” as portal login.');
    expect(said(rendered)).toContain('Deals: in pipeline default creating one is nothing');
  });

  it('a list is asked for by its number, and not counted before there is one', async () => {
    const asked = serveSettings();
    const rendered = await opened();
    change(rendered.findByTestId(Select, 'definition-by'), 'list');
    expect(said(rendered)).toContain('Name at least one value or list.');
    change(rendered.findByTestId(Input, 'definition-list'), ' 42 ');
    await until(rendered, () =>
      expect(bodyOf(asked, '/settings/count')).toEqual({ definition: { by: 'list', listId: '42' } }),
    );
  });
});

it('how it runs, and what partners are told, is set in per cent, times and plain words', async () => {
  const asked = serveSettings();
  const rendered = await opened();
  change(rendered.findByTestId(TimeInput, 'schedule'), { hours: 4, minutes: 5 });
  change(rendered.findByTestId(Toggle, 'writeBack'), false);
  change(rendered.findByTestId(NumberInput, 'brake-share'), 12.5);
  change(rendered.findByTestId(NumberInput, 'falseAlarmShare'), 7);
  expect(rendered.maybeFind(Input, { testId: 'hold-out-tiers' })).toBeNull();
  change(rendered.findByTestId(NumberInput, 'hold-out-share'), 10);
  change(rendered.findByTestId(Input, 'hold-out-tiers'), 'gold, silver');
  change(rendered.findByTestId(Input, 'hold-out-partners'), '7001234');
  change(rendered.findByTestId(Toggle, 'hold-out-high-potential'), false);
  change(rendered.findByTestId(Select, 'quota-burst'), 'fixed');
  change(rendered.findByTestId(TextArea, 'sellingPoint'), 'We ship on the same day.');
  change(rendered.findByTestId(Checkbox, 'exclusive_voucher'), true);
  change(rendered.findByTestId(Input, 'exclusive_voucher-prefix'), ' again ');
  rendered.findByTestId(Button, 'add-current-offer').trigger('onClick');
  change(rendered.findByTestId(Input, 'current-0-title'), 'Double points');
  await isSaid(rendered, 'The nightly run is due: at 04:05 UTC instead of at 02:30 UTC.');
  expect(bodyOf<{ settings: Settings }>(asked, '/settings/describe').settings).toMatchObject({
    schedule: { timeUtc: '04:05' },
    writeBack: false,
    brake: { share: 0.125, minimum: 50 },
    falseAlarmShare: 0.07,
    holdOut: {
      share: 0.1,
      exemptTiers: ['gold', 'silver'],
      exemptPartnerIds: ['7001234'],
      exemptHighPotential: false,
    },
    quota: { burstShare: 0.5 },
    programme: {
      sellingPoint: 'We ship on the same day.',
      currentOffers: [{ title: 'Double points', until: null }],
      incentives: [{ kind: 'exclusive_voucher', codePrefix: 'AGAIN' }],
    },
  });
});

describe('versions', () => {
  const older = { ...entry, version: 2, author: 'ben@example.com', note: '' };
  const withVersions = {
    '/settings/versions': () => ({
      state: 'listed',
      versions: [entry, older],
      log: [{ at: entry.savedAt, author: 'ada@example.com', sentence: 'Saved version 3 on version 2' }],
    }),
    '/settings/compare': () => ({
      state: 'compared',
      a: entry,
      b: older,
      differences: ['Days after joining in which absence means nothing: 30 instead of 60.'],
    }),
  };

  it('are listed with who saved them, compared in sentences, and restored on a second yes', async () => {
    const asked = serveSettings({ ...withVersions, '/settings/restore': () => saved });
    const rendered = await opened();
    await until(rendered, () => rendered.findByTestId(Table, 'versions'));
    expect(rendered.findByTestId(Table, 'versions').findAll(TableRow)).toHaveLength(3);
    expect(said(rendered)).toContain('Saved version 3 on version 2');
    rendered.findByTestId(Button, 'compare-2').trigger('onClick');
    await isSaid(rendered, 'Days after joining in which absence means nothing: 30 instead of 60.');
    rendered.findByTestId(Button, 'restore').trigger('onClick');
    expect(bodyOf(asked, '/settings/restore')).toBeUndefined();
    rendered.findByTestId(LoadingButton, 'restore-surely').trigger('onClick');
    await until(rendered, () =>
      expect(bodyOf(asked, '/settings/restore')).toEqual({ baseVersion: 3, version: 2, note: '' }),
    );
    await until(rendered, () => expect(rendered.mocks.actions.addAlert.callCount).toBe(1));
  });

  it('explains a list that did not come and recovers', async () => {
    serveSettings({
      '/settings/versions': (_body, times) => {
        if (times === 1) throw new Error('network');
        return withVersions['/settings/versions']();
      },
    });
    const rendered = await opened();
    await until(rendered, () => rendered.find(ErrorState));
    rendered.findByTestId(Button, 'try-again').trigger('onClick');
    await until(rendered, () => rendered.findByTestId(Table, 'versions'));
    expect(rendered.maybeFind(ErrorState)).toBeNull();
  });
});

describe('the danger zone', () => {
  it('opens once the account’s number is typed, and tells what was done', async () => {
    const asked = serveSettings({
      '/settings/remove-properties': () => ({ state: 'removed', sentence: '25 properties were removed.' }),
    });
    const rendered = await opened();
    expect(rendered.findByTestId(LoadingButton, 'remove-properties').props.disabled).toBe(true);
    change(rendered.findByTestId(Input, 'confirmation'), '7654321');
    expect(rendered.findByTestId(LoadingButton, 'remove-properties').props.disabled).toBe(false);
    rendered.findByTestId(LoadingButton, 'remove-properties').trigger('onClick');
    await isSaid(rendered, '25 properties were removed.');
    expect(bodyOf(asked, '/settings/remove-properties')).toEqual({ confirmation: '7654321' });
  });
});

describe('who may only look', () => {
  it('sees everything and can change nothing', async () => {
    serveSettings({ '/settings': () => readOnlyPage });
    const rendered = await opened();
    expect(rendered.find(Alert, { title: 'You can look, not change' })).not.toBeNull();
    expect(said(rendered)).toContain('ask Ada');
    await isSaid(rendered, 'A partner is inactive when no deal was registered or won for 180 days.');
    const inputs = [
      ...rendered.findAll(NumberInput),
      ...rendered.findAll(Select),
      ...rendered.findAll(MultiSelect),
      ...rendered.findAll(Input),
      ...rendered.findAll(TextArea),
      ...rendered.findAll(TimeInput),
      ...rendered.findAll(Checkbox),
    ];
    expect(rendered.findByTestId(Toggle, 'writeBack').props.readonly).toBe(true);
    expect(inputs.length).toBeGreaterThan(30);
    expect(inputs.filter(({ props }) => props.readOnly !== true).map(({ props }) => props.testId)).toEqual(
      [],
    );
    const buttons = rendered.findAll(Button).map(({ props }) => props.testId);
    expect(buttons.filter((testId) => !String(testId).startsWith('compare-'))).toEqual([]);
    expect(rendered.findAll(LoadingButton)).toEqual([]);
  });

  it('is told so before the first settings, too', async () => {
    serveSettings({ '/settings': () => ({ ...readOnlyPage, inForce: null }) });
    const rendered = renderSettings();
    await until(rendered, () => rendered.find(EmptyState));
    expect(said(rendered)).toContain('ask Ada');
    expect(rendered.findAll(Button)).toEqual([]);
  });
});
