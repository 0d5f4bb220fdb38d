/** Partners that are left alone, from the night in which their spell opens to its end, a person's word, or 90 days. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHome } from '../../src/insight/home.ts';
import { previewDraft } from '../../src/jobs/preview.ts';
import { addDays, dayOf, millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { Settings } from '../../src/model/settings.ts';
import { readDrawnSpell, spellOutcomes } from '../../src/store/episodes.ts';
import { readActions } from '../../src/store/partner-actions.ts';
import { cardOf } from '../../src/web/card-view.ts';
import { readFacts } from '../../src/web/facts.ts';
import { rekindle } from '../cli/command.ts';
import { openActingAccount, type ActingAccount } from '../world/acting-account.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinySettings } from '../world/tiny-portal.ts';

const { active, silent, neverActivated, dormant } = tinyCompanies;
const { timeZone } = createTinyPortal();
const settings: Settings = {
  ...tinySettings,
  combination: 'any',
  rules: tinySettings.rules.filter(
    ({ behaviour, test: asks }) => behaviour === 'sales' && asks === 'absence',
  ),
  holdOut: { share: 0.2, exemptHighPotential: false, exemptTiers: [], exemptPartnerIds: [neverActivated] },
};
/** Both were drawn with this account's id: one is held out, the other is compared with it. */
const [alone, other] = [silent, dormant];

let account: ActingAccount;
beforeAll(async () => {
  account = await openActingAccount({ settings });
  await account.run();
}, 120_000);
afterAll(() => account.close());

const shown = (id: string): Readonly<Record<string, string>> => account.shown().get(id) ?? {};
const until = addDays(dayOf(tinyNow, timeZone), 90);

function setClock(now: Instant): void {
  account.sandbox.setClock(() => now);
  account.clock.now = now;
}

async function card(id: string) {
  const facts = await readFacts(account.database.store, id, account.clock.now);
  const answer = cardOf(facts, { mayAct: true, sentence: '' });
  if (answer.state !== 'judged') throw new Error(`The card of ${id} says ${answer.state}.`);
  return answer;
}

async function called(): Promise<string[]> {
  const { queue } = await readHome(account.database.store, { now: account.clock.now, email: '' });
  return queue.weeks.flatMap(({ thisWeek }) => thisWeek.map(({ partner }) => partner.id)).sort();
}

describe('with the night in which a spell opens', () => {
  test('whoever is held out is marked, and no workflow finds a path or an action to go by', () => {
    expect(shown(alone)).toMatchObject({
      rekindle_holdout: 'true',
      rekindle_potential: expect.any(String) as string,
    });
    expect(shown(alone)).not.toHaveProperty('rekindle_path');
    expect(shown(alone)).not.toHaveProperty('rekindle_recommended_action');
  });

  test('the others are approached, and known to be compared', () => {
    expect(shown(other)).toMatchObject({
      rekindle_holdout: 'false',
      rekindle_path: expect.any(String) as string,
      rekindle_recommended_action: expect.any(String) as string,
    });
  });

  test('whoever is exempt or well is no part of it', () => {
    expect(shown(neverActivated)).not.toHaveProperty('rekindle_holdout');
    expect(shown(neverActivated)).toHaveProperty('rekindle_recommended_action');
    expect(shown(active)).not.toHaveProperty('rekindle_holdout');
  });

  test('the card says until when, why and what follows from acting anyway, and recommends nothing', async () => {
    expect(await card(alone)).toMatchObject({
      recommendation: null,
      holdOut: {
        until,
        sentence: expect.stringContaining('Leave it alone') as string,
        consequences: expect.stringContaining('counts no more') as string,
      },
    });
    expect(await card(other)).toMatchObject({
      holdOut: null,
      recommendation: { play: expect.any(String) as string },
    });
  });

  test('`explain` says so of either', async () => {
    const env = { DATABASE_URL: account.database.url };
    expect((await rekindle(['explain', alone], env)).stdout).toContain(
      `Held out until ${until}, 90 days from`,
    );
    expect((await rekindle(['explain', other], env)).stdout).toContain('Drawn not to be held out when');
  });

  test('nobody has it on their list', async () => {
    expect(await called()).toEqual([other, neverActivated].sort());
  });
});

describe('what was drawn stands', () => {
  test('when everybody is judged again, also by a run that writes nothing', async () => {
    account.writes();
    await account.run({ full: true });
    expect(account.writes()).toBe(0);
    const { plan } = await account.run({ dryRun: true });
    expect(plan?.updates).toEqual([]);
  });

  test('whatever the settings say later: a preview shows that nothing moves, and nothing does', async () => {
    const later: Settings = { ...settings, holdOut: { ...settings.holdOut, share: 0 } };
    const { store } = account.database;
    const preview = await previewDraft({
      store,
      draft: later,
      now: tinyNow,
      limit: 10,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    expect(preview.properties).toEqual({});
    await account.save(later);
    account.writes();
    await account.run();
    expect(account.writes()).toBe(0);
    expect(shown(alone)['rekindle_holdout']).toBe('true');
  });
});

describe('it ends', () => {
  test('after 90 days, and the night before nothing moves', async () => {
    setClock(tinyNow + 89 * millisecondsPerDay);
    await account.run();
    expect(shown(alone)['rekindle_holdout']).toBe('true');
    setClock(tinyNow + 90 * millisecondsPerDay);
    const { plan } = await account.run({ dryRun: true });
    expect(plan?.updates.find(({ id }) => id === alone)?.properties).toMatchObject({
      rekindle_holdout: 'false',
    });
    await account.run();
    expect(shown(alone)).toMatchObject({
      rekindle_holdout: 'false',
      rekindle_path: expect.any(String) as string,
      rekindle_recommended_action: expect.any(String) as string,
    });
    expect((await card(alone)).recommendation).not.toBeNull();
    expect(await called()).toContain(alone);
  });

  test('and then it can be told who came back', async () => {
    const outcomes = await spellOutcomes(account.database.store.db, {
      now: account.clock.now,
      windows: [30, 60, 90],
    });
    expect(outcomes.toSorted((a, b) => a.days - b.days || a.lot.localeCompare(b.lot))).toEqual(
      [30, 60, 90].flatMap((days) =>
        (['compared', 'held_out'] as const).map((lot) => ({
          days,
          lot,
          share: 0.2,
          status: expect.any(String) as string,
          reason: expect.any(String) as string,
          spells: 1,
          returned: 0,
        })),
      ),
    );
  });
});

describe('a person who acts anyway', () => {
  let second: ActingAccount;
  beforeAll(async () => {
    second = await openActingAccount({ settings });
    await second.run();
  }, 120_000);
  afterAll(() => second.close());
  const press = (companyId: string) =>
    second.press({ companyId, action: 'act_anyway', reason: 'They called us.' });

  test('releases the partner at once, and it is noted who did and why', async () => {
    const { body } = await press(alone);
    expect(body).toMatchObject({
      state: 'done',
      sentence: expect.stringContaining(`instead of until ${until}`) as string,
    });
    expect(second.shown().get(alone)).toMatchObject({
      rekindle_holdout: 'false',
      rekindle_path: expect.any(String) as string,
      rekindle_recommended_action: expect.any(String) as string,
    });
    const { db } = second.database.store;
    expect(await readDrawnSpell(db, alone)).toMatchObject({ lot: 'held_out', released: true });
    expect(await readActions(db, { partnerId: alone, action: 'act_anyway', limit: 9 })).toMatchObject([
      { actor: { from: 'card', userId: '9501' }, details: { reason: 'They called us.' } },
    ]);
  });

  test('takes its spell out of what is compared', async () => {
    const outcomes = await spellOutcomes(second.database.store.db, {
      now: tinyNow + 40 * millisecondsPerDay,
      windows: [30],
    });
    expect(outcomes.map(({ lot, spells }) => [lot, spells]).sort()).toEqual([
      ['compared', 1],
      ['released', 1],
    ]);
  });

  test('changes nothing where the partner is not held out', async () => {
    second.writes();
    const { body } = await press(other);
    expect(body).toEqual({ state: 'unchanged', sentence: 'This partner is not held out.' });
    expect(second.writes()).toBe(0);
  });
});

test('a spell that ends early frees the partner, and is a return', async () => {
  const third = await openActingAccount({ settings });
  try {
    await third.run();
    const now = tinyNow + 10 * millisecondsPerDay;
    third.sandbox.setClock(() => now);
    third.clock.now = now;
    third.sandbox.mutate({
      do: 'create',
      type: 'deal',
      properties: { dealname: 'Back', pipeline: 'default', dealstage: 'appointmentscheduled' },
      createdAt: now - millisecondsPerDay,
      associations: [{ toType: 'company', toId: alone }],
    });
    await third.run();
    expect(third.shown().get(alone)).not.toHaveProperty('rekindle_holdout');
    expect(third.shown().get(alone)?.['rekindle_recommended_action']).toBe('celebrate_and_build');
    const outcomes = await spellOutcomes(third.database.store.db, {
      now: tinyNow + 31 * millisecondsPerDay,
      windows: [30],
    });
    expect(outcomes.find(({ lot }) => lot === 'held_out')).toMatchObject({ spells: 1, returned: 1 });
  } finally {
    await third.close();
  }
}, 120_000);
