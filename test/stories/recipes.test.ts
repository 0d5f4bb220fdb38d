/**
 * docs/workflows.md against what Rekindle really writes: sixteen months of a small programme are lived through, and each
 * recipe's trigger, as the page words it, is held against every change of a property.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importActivities } from '../../src/cli/import.ts';
import { propertyDefinitions } from '../../src/hubspot/properties.ts';
import type { Activity } from '../../src/model/activity.ts';
import { addDays, dayOf, millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import { everyone, type Settings } from '../../src/model/settings.ts';
import { readManifests, repositoryRoot } from '../../tools/hubspot-project.ts';
import { openActingAccount, type ActingAccount } from '../world/acting-account.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinySettings } from '../world/tiny-portal.ts';
import {
  enrolments,
  listenForChanges,
  type ChangeLog,
  type Condition,
  type Trigger,
} from '../world/workflow.ts';

const { active: ada, silent: bert, sharing: cora, merged: dora } = tinyCompanies;
/** Sends clicks. */
const gus = '107';
/** Joins on day 35. */
const hal = '108';

const at = (day: number): Instant => tinyNow + day * millisecondsPerDay;
const seed = createTinyPortal();
const date = (day: number): string => addDays(dayOf(tinyNow, seed.timeZone), day);

/** At risk after 120 days without a deal and inactive after 180; cooling 30 days before the former. */
const settings: Settings = {
  ...tinySettings,
  combination: 'any',
  mapping: { ...tinySettings.mapping, activityDates: [] },
  rules: [
    {
      id: 'deals_120',
      test: 'absence',
      behaviour: 'sales',
      windowDays: 120,
      minimum: 1,
      severity: 'at_risk',
      audience: everyone,
    },
    {
      id: 'deals_180',
      test: 'absence',
      behaviour: 'sales',
      windowDays: 180,
      minimum: 1,
      severity: 'inactive',
      audience: everyone,
    },
    {
      id: 'clicks',
      test: 'conversion',
      behaviour: 'clicks',
      windowDays: 90,
      minimumClicks: 50,
      severity: 'cooling',
      audience: everyone,
    },
  ],
};

const nights = Array.from({ length: 49 }, (_, index) => index * 10);
const lastNight = nights.at(-1) ?? 0;

/** What partners do, by the day on which it happens. */
const deals: readonly (readonly [day: number, companyId: string])[] = [
  [-20, gus],
  [35, bert],
  [155, dora],
  [205, ada],
  [405, hal],
  [415, ada],
  ...[60, 140, 220, 300, 380, 460].map((day) => [day, gus] as const),
];
const traffic: readonly (readonly [day: number, kind: 'click' | 'sale', quantity: number])[] = [
  [-100, 'click', 1],
  [-95, 'sale', 1],
  [95, 'click', 60],
  [125, 'sale', 1],
  [245, 'click', 60],
];

let account: ActingAccount;
let changes: ChangeLog;
/** What HubSpot showed after the first night, when the workflows were switched on. */
let before: ReadonlyMap<string, Readonly<Record<string, string>>>;

/** What people and workflows do, by the day on which they do it. */
const deeds: Readonly<Record<number, () => Promise<unknown>>> = {
  150: async () => {
    await press(cora, 'log_outreach', { way: 'call', note: 'Left a message.' });
    await press(cora, 'record_root_cause', { cause: 'competition', saidBy: 'us' });
  },
  160: () => press(cora, 'record_root_cause', { cause: 'market', saidBy: 'partner' }),
  190: async () => {
    await execute(ada, 'log-outreach', { way: 'call', follow_up_on: date(204) });
    await execute(ada, 'record-root-cause', { cause: 'enablement', said_by: 'partner' });
  },
  200: () => execute(ada, 'log-outreach', { way: 'email', follow_up_on: date(230) }),
  210: () => execute(cora, 'start-offboarding-notice', { days: '30' }),
  220: () => press(cora, 'decide', { decision: 'continue', reason: 'They plan a launch.' }),
  350: async () => {
    await execute(ada, 'log-outreach', { way: 'call', follow_up_on: date(360) });
    await execute(ada, 'record-root-cause', { cause: 'enablement', said_by: 'partner' });
  },
};

async function press(companyId: string, action: string, fields: Record<string, string>): Promise<void> {
  const { status, body } = await account.press({ companyId, action, ...fields });
  expect([status, body['state']]).toEqual([200, 'done']);
}

async function execute(
  companyId: string,
  action: string,
  inputFields: Record<string, string>,
): Promise<void> {
  const object = { objectId: Number(companyId), objectType: 'COMPANY' };
  const { body } = await account.execute(action, { object, inputFields });
  expect(body['outputFields']).toMatchObject({ result: 'done', hs_execution_state: 'SUCCESS' });
}

function setClock(day: number): void {
  account.sandbox.setClock(() => at(day));
  account.clock.now = at(day);
}

function happen(from: number, to: number): void {
  for (const [day, companyId] of deals.filter(([day]) => day > from && day <= to)) {
    account.sandbox.mutate({
      do: 'create',
      type: 'deal',
      properties: { dealname: 'Next', pipeline: 'default', dealstage: 'appointmentscheduled' },
      createdAt: at(day),
      associations: [{ toType: 'company', toId: companyId }],
    });
  }
  if (from < 35 && to >= 35) {
    const properties = {
      name: 'Hornbeam Host',
      type: 'PARTNER',
      partner_type: 'reseller',
      partner_since: date(35),
    };
    account.sandbox.mutate({ do: 'create', type: 'company', id: hal, properties, createdAt: at(35) });
  }
}

/** The network reports every night; a source that fell silent would be unknown, not without clicks. */
async function report(day: number): Promise<void> {
  const rows = traffic
    .filter(([on]) => on <= day)
    .map(([on, kind, quantity]): Activity => ({
      partnerId: gus,
      kind,
      occurredAt: at(on),
      quantity,
      amount: null,
      source: 'csv:network',
      sourceId: `${kind}-${on}`,
    }));
  await importActivities(account.database.store, rows, at(day));
}

beforeAll(async () => {
  changes = await listenForChanges();
  const partners = seed.records.filter(({ type }) => type === 'company');
  const template = partners.find(({ id }) => id === bert);
  if (template === undefined) throw new Error('The tiny portal has lost a partner.');
  const clicking = { ...template, id: gus, properties: { ...template.properties, name: 'Gum Guides' } };
  account = await openActingAccount(
    { settings, records: [...seed.records, clicking] },
    { webhookTarget: changes.target },
  );
  let previous = -30;
  for (const day of nights) {
    setClock(day);
    happen(previous, day);
    previous = day;
    await report(day);
    await deeds[day]?.();
    await account.run();
    await account.sandbox.webhooksSettled();
    if (day === 0) {
      before = account.shown();
      changes.updates.length = 0;
    }
  }
}, 580_000);
afterAll(async () => {
  await account.close();
  changes.close();
});

type Recipe = { readonly title: string; readonly text: string; readonly trigger: Trigger };

const page = await readFile(join(repositoryRoot, 'docs', 'workflows.md'), 'utf8');
const byLabel = new Map(propertyDefinitions.map((definition) => [definition.label, definition]));

function conditionsIn(text: string): Condition[] {
  return [...text.matchAll(/`([^`]+)` is (known|(any of|none of)((?: `[^`]+`)+))/g)].map(
    ([, label = '', , is = 'known', choices = '']) => {
      const definition = byLabel.get(label);
      if (definition === undefined) throw new Error(`No property is labelled "${label}".`);
      const values = [...choices.matchAll(/`([^`]+)`/g)].map(([, choice = '']) => {
        const option = definition.options.find((one) => one.label === choice);
        if (option === undefined) throw new Error(`"${label}" has no choice "${choice}".`);
        return option.value;
      });
      return { property: definition.name, is: is as Condition['is'], values };
    },
  );
}

function readRecipe(section: string): Recipe {
  const [title = ''] = section.split('\n');
  const line = (name: string): string => {
    const found = new RegExp(`^\\| ${name} \\| (.+) \\|$`, 'm').exec(section)?.[1];
    if (found === undefined) throw new Error(`Recipe "${title}" does not say "${name}".`);
    return found;
  };
  const stays = line('Stays at most');
  const days = /^(\d+) days?$/.exec(stays)?.[1];
  const until = byLabel.get(/^until `([^`]+)`$/.exec(stays)?.[1] ?? '')?.name;
  if (days === undefined && until === undefined) throw new Error(`"${stays}" is no time to stay.`);
  return {
    title,
    text: section,
    trigger: {
      all: conditionsIn(line('Enrol when')),
      again: conditionsIn(line('Re-enrol on')),
      leavesAt: (shown, enrolledAt) =>
        until === undefined ? enrolledAt + Number(days) * millisecondsPerDay : Date.parse(shown[until] ?? ''),
    },
  };
}

const recipes = page
  .split(/^## (?=\d)/m)
  .slice(1)
  .map(readRecipe);

/** Who enrols on which night. */
const expected: readonly (readonly [companyId: string, day: number])[][] = [
  // 1. Inactive, 180 days after the last deal; Ada and Dora in two spells, which both count.
  [
    [cora, 120],
    [dora, 130],
    [ada, 180],
    [bert, 220],
    [dora, 340],
    [ada, 390],
  ],
  // 2. Cooling, 90 days after the last deal; from cooling to at risk nobody enrols again.
  [
    [cora, 30],
    [dora, 40],
    [ada, 90],
    [gus, 100],
    [bert, 130],
    [dora, 250],
    [gus, 250],
    [ada, 300],
  ],
  // 3. Sixty days after joining, once.
  [[hal, 100]],
  // 4. Sixty clicks without a sale; after a sale, sixty more.
  [
    [gus, 100],
    [gus, 250],
  ],
  // 5. Inactive, and small: Dora always, Bert since a larger programme has grown around him.
  [
    [dora, 130],
    [bert, 220],
    [dora, 340],
  ],
  // 6. A deal out of inactivity.
  [
    [bert, 40],
    [dora, 160],
    [ada, 210],
    [hal, 410],
    [ada, 420],
  ],
  // 7. Each spell that opens.
  [
    [cora, 30],
    [dora, 40],
    [ada, 90],
    [gus, 100],
    [hal, 100],
    [bert, 130],
    [dora, 250],
    [gus, 250],
    [ada, 300],
  ],
  // 8. Another cause, and the same one in another spell.
  [
    [cora, 150],
    [cora, 160],
    [ada, 190],
    [ada, 350],
  ],
  // 9. A day that was set. The one of day 200 came while the company waited for that of day 190.
  [
    [ada, 190],
    [cora, 210],
    [ada, 350],
  ],
  // 10. Contacted while inactive, or inactive after being contacted. "Continue" came within the stay.
  [
    [cora, 150],
    [ada, 190],
    [ada, 390],
  ],
];

test('the page has ten recipes, and each is held against what happens', () => {
  expect(recipes.map(({ title }) => title.split('.')[0])).toEqual(
    expected.map((_, index) => String(index + 1)),
  );
});

describe('a company enrols when the recipe says, in the second spell too, and never without a reason', () => {
  test.each(recipes.map((recipe, index) => [recipe.title, recipe.trigger, expected[index] ?? []] as const))(
    '%s',
    (_, trigger, wanted) => {
      const seen = enrolments(trigger, before, changes.updates).map(({ companyId, at: when }) => [
        companyId,
        (when - tinyNow) / millisecondsPerDay,
      ]);
      expect(seen).toEqual(wanted);
    },
  );
});

describe('a partner that is held out is left alone by every workflow that would approach it', () => {
  const holdOut = propertyDefinitions.find(({ label }) => label === 'Hold-out group')?.name ?? '';
  const approaching = recipes.filter(({ trigger }) =>
    trigger.all.some(({ property }) => property === holdOut),
  );

  test('those on quiet partners ask for it; a comeback, a root cause and a review are no approach', () => {
    expect(approaching.map(({ title }) => title.split('.')[0])).toEqual(['1', '2', '3', '4', '5', '7', '10']);
  });

  test.each(approaching.map(({ title, trigger }) => [title, trigger] as const))('%s', (_, trigger) => {
    const met = Object.fromEntries(
      trigger.all.flatMap(({ property, is, values }) =>
        is === 'any of' ? [[property, values[0] ?? '']] : [],
      ),
    );
    const unmet = Object.fromEntries(Object.keys(met).map((property) => [property, '']));
    const spell = (from: number): readonly (readonly [number, Record<string, string>])[] => [
      [from, { ...met, [holdOut]: 'true' }],
      [from + 90, { [holdOut]: 'false' }],
      [from + 200, { ...unmet, [holdOut]: '' }],
    ];
    const written = [...spell(0), ...spell(300)].map(([day, changed]) => ({
      companyId: cora,
      at: at(day),
      changed,
    }));
    const enrolled = enrolments(trigger, new Map(), written);
    expect(enrolled.map(({ at: when }) => (when - tinyNow) / millisecondsPerDay)).toEqual([90, 390]);
  });
});

/** The values of a property on a company, each with the night of its change. */
function story(companyId: string, property: string): [string, number][] {
  return changes.updates.flatMap(({ companyId: id, at: when, changed }): [string, number][] =>
    id === companyId && property in changed
      ? [[changed[property] ?? '', (when - tinyNow) / millisecondsPerDay]]
      : [],
  );
}

describe('what the triggers rest on', () => {
  test('a status moves on its day and through no other, and the stage and the episode with it', () => {
    expect(story(ada, 'rekindle_status')).toEqual([
      ['cooling', 90],
      ['at_risk', 120],
      ['inactive', 180],
      ['reactivated', 210],
      ['active', 270],
      ['cooling', 300],
      ['at_risk', 330],
      ['inactive', 390],
      ['reactivated', 420],
      ['active', 480],
    ]);
    expect(story(ada, 'rekindle_episode')).toEqual([
      ['1', 90],
      ['2', 300],
    ]);
    expect(story(ada, 'rekindle_plan_stage')).toEqual([
      ['flagged', 90],
      ['contacted', 190],
      ['replied', 190],
      ['momentum', 210],
      ['closed', 270],
      ['flagged', 300],
      ['contacted', 350],
      ['replied', 350],
      ['momentum', 420],
      ['closed', 480],
    ]);
  });

  test('what was found out in one spell is emptied with the next, and only then', () => {
    expect(story(ada, 'rekindle_root_cause')).toEqual([
      ['enablement', 190],
      ['', 300],
      ['enablement', 350],
    ]);
  });

  test('a review and a decision move when people move them, and in no night', () => {
    expect(story(ada, 'rekindle_next_review_date')).toEqual([
      [date(204), 190],
      [date(230), 200],
      [date(360), 350],
    ]);
    expect(story(cora, 'rekindle_next_review_date')).toEqual([
      [date(240), 210],
      ['', 220],
    ]);
    expect(story(cora, 'rekindle_decision')).toEqual([['continue', 220]]);
    expect(story(cora, 'rekindle_decision_due_date')).toEqual([[date(240), 210]]);
  });

  test('of the properties that nights write, none changes twice in a night', () => {
    const byPeople = new Set(['rekindle_plan_stage', 'rekindle_root_cause', 'rekindle_next_review_date']);
    const seen = changes.updates.flatMap(({ companyId, at: when, changed }) =>
      Object.keys(changed)
        .filter((property) => property.startsWith('rekindle_') && !byPeople.has(property))
        .map((property) => `${companyId} ${property} ${when}`),
    );
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.filter((one, index) => seen.indexOf(one) !== index)).toEqual([]);
  });

  test('a night in which nothing happens writes nothing, so that nobody enrols by it', async () => {
    const known = changes.updates.length;
    account.writes();
    await account.run();
    await account.sandbox.webhooksSettled();
    expect(account.writes()).toBe(0);
    expect(changes.updates.length).toBe(known);
    expect(account.sandbox.now()).toBe(at(lastNight));
  });
});

describe('what the page tells a workflow builder to click exists', () => {
  test('every property and every choice, also in branches and texts', () => {
    expect(() => conditionsIn(page)).not.toThrow();
    const tokens = [...page.matchAll(/\[([^\]]+)\](?!\()/g)].map(([, token = '']) => token);
    expect(tokens.filter((token) => token !== 'Name' && !byLabel.has(token))).toEqual([]);
    expect(tokens.length).toBeGreaterThan(10);
  });

  test('every action of ours with its fields, choices and outputs', async () => {
    const { workflowActions } = await readManifests();
    const known = new Map(
      workflowActions.map(({ manifest: { config } }) => [config.labels.en.actionName, config]),
    );
    const used = [...page.matchAll(/Rekindle: \*([^*]+)\*(?: \(([^)]*)\))?/g)];
    expect(new Set(used.map(([, name = '']) => name))).toEqual(new Set(known.keys()));
    for (const [, name = '', inputs = ''] of used) {
      const config = known.get(name);
      const labels = Object.entries(config?.labels.en.inputFieldLabels ?? {});
      const filled = [...inputs.matchAll(/(?:^|; )([^:]+): (?:`([^`]+)`|"[^"]*")/g)].map(
        ([, label = '', choice]) => {
          const field = labels.find(([, text]) => text === label)?.[0];
          const definition = config?.inputFields.find(
            (one) => one.typeDefinition.name === field,
          )?.typeDefinition;
          const options = definition?.options?.map((option) => option.label);
          const isOffered = choice === undefined || options === undefined || options.includes(choice);
          expect([name, label, choice, isOffered]).toEqual([name, label, choice, true]);
          expect([name, label, definition?.name]).toEqual([name, label, field ?? 'a field of this action']);
          return field;
        },
      );
      const required = config?.inputFields.filter(({ isRequired }) => isRequired) ?? [];
      expect(filled).toEqual(
        expect.arrayContaining(required.map(({ typeDefinition }) => typeDefinition.name)),
      );
    }
    const outputs = new Set(
      [...known.values()].flatMap(({ labels }) => Object.values(labels.en.outputFieldLabels ?? {})),
    );
    const named = [...page.matchAll(/output \*([^*]+)\*/g)].map(([, label = '']) => label);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((label) => !outputs.has(label))).toEqual([]);
  });
});
