import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { upsertActivities } from '../../src/store/activities.ts';
import { claimAction } from '../../src/store/actions.ts';
import { erasePartner } from '../../src/store/erase.ts';
import { acquireLease, fenced } from '../../src/store/lease.ts';
import { appendLinks } from '../../src/store/links.ts';
import { savePartners } from '../../src/store/partners.ts';
import { savePublishFailures } from '../../src/store/publishing.ts';
import { readStored, saveRecords } from '../../src/store/records.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import type { Db } from '../../src/store/tables.ts';
import { keepRefusal } from '../../src/store/workflow-refusals.ts';
import { freshStore } from './fresh.ts';
import { activity, deal, engagement, noon, partner, verdict } from './samples.ts';

const store = freshStore();

/** A partner with something in every table, and another one with which it shares a deal. */
async function twoPartners(): Promise<void> {
  const { db } = store();
  await savePartners(db, 's1', [partner('SECRET-A', { mergedIds: ['SECRET-OLD'] }), partner('B')]);
  await saveRecords(db, 's1', [deal('SECRET-deal'), deal('shared')]);
  await saveRecords(db, 's1', [engagement('SECRET-meeting'), engagement('shared')]);
  await appendLinks(db, 's1', 'deal', [
    { partnerId: 'SECRET-A', recordId: 'SECRET-deal' },
    { partnerId: 'SECRET-A', recordId: 'shared' },
    { partnerId: 'B', recordId: 'shared' },
  ]);
  await appendLinks(db, 's1', 'meeting', [
    { partnerId: 'SECRET-A', recordId: 'SECRET-meeting' },
    // Another type's record of the same id, on another partner: no reason to keep the meeting.
    { partnerId: 'B', recordId: 'shared' },
  ]);
  await appendLinks(db, 's1', 'call', [{ partnerId: 'B', recordId: 'SECRET-meeting' }]);
  await upsertActivities(db, [activity('SECRET-A', '1'), activity('SECRET-OLD', '2'), activity('B', '1')]);
  await saveVerdicts(db, 'run', [verdict('SECRET-A', { status: 'inactive', episode: 1 }), verdict('B')]);
  await claimAction(db, { partnerId: 'SECRET-A', episode: 1, play: 'call', userId: '7', now: noon });
  await savePublishFailures(db, 'run', [{ id: 'SECRET-A', category: 'x', message: 'y' }]);
  await keepRefusal(db, { key: 'workflow:1', partnerId: 'SECRET-A', askedAt: noon, sentence: 'No.' });
  await sql`delete from link where type = 'call'`.execute(db);
}

/** The same partner after it was merged twice, each time into a company that had its own verdict. */
async function mergedTwice(): Promise<void> {
  const { db } = store();
  await savePartners(db, 's1', [partner('SECRET-B'), partner('SECRET-C'), partner('B')]);
  await saveVerdicts(db, 'run', [verdict('SECRET-B'), verdict('SECRET-C')]);
  await savePartners(db, 's2', [partner('SECRET-B', { mergedIds: ['SECRET-A', 'SECRET-OLD'] })]);
  await savePartners(db, 's3', [partner('SECRET-C', { mergedIds: ['SECRET-B'] })]);
}

/** Every row of every table as text. */
async function everything(): Promise<string> {
  const { db } = store();
  const tables = (await db.introspection.getTables()).map(({ name }) => name);
  const texts = await Promise.all(
    tables.map(async (name) => {
      const { rows } = await sql<{ text: string }>`
        select coalesce(string_agg(t::text, ' '), '') as text from ${sql.table(name)} as t`.execute(db);
      return rows[0]?.text ?? '';
    }),
  );
  return texts.join('\n');
}

test.each(['SECRET-A', 'SECRET-OLD'])(
  'nothing about an erased partner is left in any table, asked for as %s',
  async (id) => {
    await twoPartners();
    expect(await everything()).toContain('SECRET');
    expect(await erasePartner(store().db, id)).toBe(true);
    expect(await everything()).not.toContain('SECRET');
    expect(await erasePartner(store().db, id)).toBe(false);
  },
);

test.each(['SECRET-A', 'SECRET-B', 'SECRET-C'])(
  'nor of the companies that became one with it, asked for as %s',
  async (id) => {
    await twoPartners();
    await mergedTwice();
    expect(await erasePartner(store().db, id)).toBe(true);
    expect(await everything()).not.toContain('SECRET');
    expect(await everything()).toContain('Partner B');
  },
);

test('nor of the company whose history it took over', async () => {
  const { db } = store();
  await twoPartners();
  await savePartners(db, 's2', [partner('new', { mergedIds: ['SECRET-A', 'SECRET-OLD'] })]);
  await saveVerdicts(db, 'run 2', [verdict('new', { status: 'active', episode: 1 }), verdict('B')]);
  const kept = await db.selectFrom('past_verdict').select('partner_id').orderBy('partner_id').execute();
  expect(kept.map(({ partner_id }) => partner_id)).toEqual(['B', 'SECRET-A']);
  expect(await erasePartner(db, 'new')).toBe(true);
  expect(await everything()).not.toContain('SECRET');
  expect(await everything()).toContain('Partner B');
});

test('what another partner shares with the erased one stays', async () => {
  await twoPartners();
  await erasePartner(store().db, 'SECRET-A');
  expect((await readStored(store().db, 'deal', ['shared'])).map(({ id }) => id)).toEqual(['shared']);
  expect((await readStored(store().db, 'meeting', ['shared'])).map(({ id }) => id)).toEqual(['shared']);
  expect(await everything()).toContain('Partner B');
});

test('a verdict that is being saved meanwhile does not come after the erasing', async () => {
  const { db } = store();
  await twoPartners();
  const lease = await acquireLease(db, 'run', { holder: 'a run', ttlMs: 600_000 });
  if (lease === null) throw new Error('Nobody else holds the lease.');
  let saved: Promise<unknown> | undefined;
  await db.transaction().execute(async (erasing) => {
    await erasePartner(erasing, 'SECRET-A');
    saved = fenced(db, lease, (transaction) =>
      saveVerdicts(transaction, 'run 2', [verdict('SECRET-A', { health: 7, episode: 2 }), verdict('B')]),
    );
    await somebodyWaits();
  });
  await saved;
  expect(await everything()).not.toContain('SECRET');
});

async function known(db: Db): Promise<number> {
  return (await db.selectFrom('partner').select('id').where('id', '=', 'SECRET-A').execute()).length;
}

test('a run that always saves something lets the erasing in before it saves more', async () => {
  const { db } = store();
  await twoPartners();
  const lease = await acquireLease(db, 'run', { holder: 'a run', ttlMs: 600_000 });
  if (lease === null) throw new Error('Nobody else holds the lease.');
  const seen: number[] = [];
  const done: Promise<unknown>[] = [];
  await fenced(db, lease, async () => {
    done.push(erasePartner(db, 'SECRET-A'));
    await somebodyWaits();
    done.push(fenced(db, lease, async (transaction) => void seen.push(await known(transaction))));
    await somebodyWaits(2, () => seen.length > 0);
  });
  await Promise.all(done);
  // What the database let in first, whatever answer arrives first.
  expect(seen).toEqual([0]);
});

/** Until other connections wait, for what this transaction holds or for each other. */
async function somebodyWaits(connections = 1, isOver: () => boolean = () => false): Promise<void> {
  const waiting = sql<{ count: number }>`
    select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`;
  while (!isOver() && ((await waiting.execute(store().db)).rows[0]?.count ?? 0) < connections);
}
