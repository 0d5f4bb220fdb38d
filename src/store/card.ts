/**
 * What the card of one company shows, in one statement that the database has planned before: hundreds of people open
 * cards at once, and each question, and each plan for it, costs as much as the answer.
 */
import type { Selectable } from 'kysely';
import pg from 'pg';
import type { Source, SourceState } from '../model/activity.ts';
import type { DrawnSpell } from '../model/hold-out.ts';
import type { Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import type { Owner, Portal } from '../model/partner.ts';
import type { RunOutcome } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { partnerOf, type SyncedPartner } from './partners.ts';
import type { Tables } from './tables.ts';
import { instantOf, nullableInstantOf } from './types.ts';
import { verdictOf } from './verdicts.ts';

export type CardRecord = {
  /** A current partner by its id, or by that of a company that was merged into it; null where the company is none. */
  readonly partner: SyncedPartner | null;
  /** Null before the first judgement. */
  readonly verdict: Verdict | null;
  /** What was drawn for its latest spell; null where nothing was. */
  readonly spell: DrawnSpell | null;
  readonly owner: Owner | null;
  /** Null before the first sync. */
  readonly portal: Portal | null;
  /** Of the settings in force; null before the first. */
  readonly settingsVersion: number | null;
  readonly sources: readonly SourceState[];
  /** The latest run that has ended, however it ended; null before the first. Refreshes of a few partners do not count. */
  readonly run: {
    readonly startedAt: Instant;
    readonly finishedAt: Instant | null;
    readonly outcome: RunOutcome | null;
  } | null;
};

const text = `
  select partner.*, verdict.*, run.*,
         (select json_build_object('episode', number, 'lot', lot, 'share', share, 'heldUntil', held_until,
                                   'released', released_at is not null)
            from episode where partner_id = partner.id and lot is not null order by number desc limit 1) as spell,
         (select row_to_json(owner) from owner where id = partner.owner_id) as owner,
         (select row_to_json(portal) from portal) as portal,
         (select max(version) from settings_version) as current_settings,
         (select coalesce(json_agg(source_state order by source), '[]') from source_state) as sources
    from (values (1)) as once
    left join lateral (
      select * from partner where is_partner and (id = $1 or merged_ids @> array[$1]::text[])
       order by id = $1 desc limit 1
    ) as partner on true
    left join lateral (select * from verdict where partner_id = partner.id limit 1) as verdict on true
    left join lateral (
      select started_at, finished_at, run.outcome from run where run.outcome is not null and kind <> 'refresh'
       order by started_at desc, fence desc limit 1
    ) as run on true`;

type Row = (Selectable<Tables['partner']> | { readonly id: null }) &
  (Selectable<Tables['verdict']> | { readonly partner_id: null }) & {
    readonly spell: DrawnSpell | null;
    readonly owner: Owner | null;
    readonly portal: { id: string; time_zone: string; currency: string } | null;
    readonly current_settings: number | null;
    readonly sources: readonly {
      source: Source;
      complete: boolean;
      complete_up_to: string | null;
      kinds: Kind[];
    }[];
    readonly started_at: Date | null;
    readonly finished_at: Date | null;
    readonly outcome: RunOutcome | null;
  };

export async function readCard(pool: pg.Pool, companyId: string): Promise<CardRecord> {
  const [row] = await rowsFor(pool, companyId);
  if (row === undefined) throw new Error('A select from one value answered with no row.');
  return {
    partner: row.id === null ? null : partnerOf(row),
    verdict: row.partner_id === null ? null : verdictOf(row),
    spell: row.spell,
    owner: row.owner,
    portal: row.portal && {
      id: row.portal.id,
      timeZone: row.portal.time_zone,
      currency: row.portal.currency,
    },
    settingsVersion: row.current_settings,
    sources: row.sources.map(({ source, complete, complete_up_to, kinds }) => ({
      source,
      complete,
      completeUpTo: complete_up_to === null ? null : Date.parse(complete_up_to),
      kinds,
    })),
    run: row.started_at && {
      startedAt: instantOf(row.started_at),
      finishedAt: nullableInstantOf(row.finished_at),
      outcome: row.outcome,
    },
  };
}

/** Grows whenever the plans of before are of no use any more. */
let plan = 1;

/** Once another machine has added columns, each connection refuses its old plan for good: it is made anew, under a new name. */
async function rowsFor(pool: pg.Pool, companyId: string): Promise<readonly Row[]> {
  const planned = plan;
  const ask = async (name: number): Promise<readonly Row[]> =>
    (await pool.query<Row>({ name: `card ${name}`, text, values: [companyId] })).rows;
  try {
    return await ask(planned);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === featureNotSupported)) throw error;
    if (plan === planned) plan += 1;
    return await ask(plan);
  }
}

/** What PostgreSQL answers where a planned statement would now return other columns. */
const featureNotSupported = '0A000';
