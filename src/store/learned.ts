/**
 * What was learned from the portal's own history, and how it did when it was tested again. Both are only added: verdicts name
 * the version that they follow from, and are explained by the test that was the latest then.
 */
import { sql } from 'kysely';
import type { BackTest, Learned, Stream, StreamModel } from '../model/cadence.ts';
import type { Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

type BackTests = Readonly<Record<Stream, BackTest | null>>;

/** The one in force, with its latest test. Null before the first. */
export async function latestLearned(db: Db): Promise<(Learned & { readonly checkedAt: Instant }) | null> {
  const row = await db
    .selectFrom('learned')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { version, learned_at, checked_at } = row;
  const streams = withTests(row.streams, await latestTests(db, version));
  return { version, streams, learnedAt: instantOf(learned_at), checkedAt: instantOf(checked_at) };
}

/** As it was learned. Null for a version that never was. */
export async function readLearned(db: Db, version: number): Promise<Learned | null> {
  const row = await db.selectFrom('learned').selectAll().where('version', '=', version).executeTakeFirst();
  return row === undefined ? null : { version, streams: row.streams, learnedAt: instantOf(row.learned_at) };
}

/** With the test that was its latest at that time. */
export async function learnedAsOf(db: Db, version: number, at: Instant): Promise<Learned | null> {
  const learned = await readLearned(db, version);
  if (learned === null) return null;
  return { ...learned, streams: withTests(learned.streams, await latestTests(db, version, at)) };
}

async function latestTests(db: Db, version: number, at?: Instant): Promise<BackTests | null> {
  const tests = db.selectFrom('back_test').select('streams').where('learned_version', '=', version);
  const known =
    at === undefined ? tests : tests.where('tested_at', '<=', sql<Date>`${timestamp(at)}::timestamptz`);
  return (await known.orderBy('id', 'desc').limit(1).executeTakeFirst())?.streams ?? null;
}

function withTests(streams: Learned['streams'], tests: BackTests | null): Learned['streams'] {
  const latest = (stream: Stream): StreamModel | null => {
    const model = streams[stream];
    return model === null ? null : { ...model, ...tests?.[stream] };
  };
  return { productive: latest('productive'), engagement: latest('engagement') };
}

export async function saveBackTests(db: Db, version: number, tests: BackTests, now: Instant): Promise<void> {
  await db
    .insertInto('back_test')
    .values({ learned_version: version, streams: JSON.stringify(tests), tested_at: timestamp(now) })
    .execute();
}

export async function saveLearned(db: Db, streams: Learned['streams'], now: Instant): Promise<void> {
  await db
    .insertInto('learned')
    .values({ streams: JSON.stringify(streams), learned_at: timestamp(now), checked_at: timestamp(now) })
    .execute();
}

/** The history was looked at again and taught nothing by which anybody would be judged otherwise. */
export async function noteChecked(db: Db, now: Instant): Promise<void> {
  await sql`
    update learned set checked_at = ${timestamp(now)}::timestamptz
     where version = (select max(version) from learned)`.execute(db);
}
