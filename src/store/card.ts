/** What the card of one company shows, in two statements: many people open cards at once, and each question costs time. */
import { sql, type Selectable } from 'kysely';
import type { Source, SourceState } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import type { Owner, Partner, Portal } from '../model/partner.ts';
import type { RunOutcome } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { partnerOf } from './partners.ts';
import type { Db, Tables } from './tables.ts';
import { instantOf, nullableInstantOf } from './types.ts';
import { verdictOf } from './verdicts.ts';

export type Standing = {
  readonly partner: Partner;
  /** Null before the first judgement. */
  readonly verdict: Verdict | null;
  readonly owner: Owner | null;
};

type StandingRow = Selectable<Tables['partner']> &
  (Selectable<Tables['verdict']> | { readonly partner_id: null }) & { readonly owner: Owner | null };

/**
 * A current partner by its id, or by that of a company that was merged into it, as it stands; null where the company is
 * none.
 */
export async function readStanding(db: Db, companyId: string): Promise<Standing | null> {
  const { rows } = await sql<StandingRow>`
    select partner.*, verdict.*, (select row_to_json(owner) from owner where id = partner.owner_id) as owner
      from (
        select * from partner
         where is_partner and (id = ${companyId} or merged_ids @> array[${companyId}]::text[])
         order by id = ${companyId} desc limit 1
      ) as partner left join verdict on verdict.partner_id = partner.id`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    partner: partnerOf(row),
    verdict: row.partner_id === null ? null : verdictOf(row),
    owner: row.owner,
  };
}

/** How the programme stands, whatever company is looked at. */
export type ProgrammeStanding = {
  /** Null before the first sync. */
  readonly portal: Portal | null;
  /** Of the settings in force; null before the first. */
  readonly settingsVersion: number | null;
  readonly sources: readonly SourceState[];
  /** The latest run that has ended, however it ended; null before the first. Refreshes of a few partners do not count. */
  readonly run: EndedRun | null;
};
type EndedRun = {
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly outcome: RunOutcome | null;
};

type ProgrammeRow = {
  readonly portal: { id: string; time_zone: string; currency: string } | null;
  readonly settings_version: number | null;
  readonly sources: readonly { source: Source; complete: boolean; up_to: string | null; kinds: Kind[] }[];
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly outcome: RunOutcome | null;
};

export async function readProgrammeStanding(db: Db): Promise<ProgrammeStanding> {
  const { rows } = await sql<ProgrammeRow>`
    select (select row_to_json(portal) from portal) as portal,
           (select max(version) from settings_version) as settings_version,
           (select coalesce(json_agg(json_build_object(
              'source', source, 'complete', complete, 'up_to', complete_up_to, 'kinds', kinds
            ) order by source), '[]') from source_state) as sources,
           run.*
      from (values (1)) as once
      left join lateral (
        select started_at, finished_at, outcome from run where outcome is not null and kind <> 'refresh'
         order by started_at desc, fence desc limit 1
      ) as run on true`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('A select without a table answered with no row.');
  return {
    portal:
      row.portal === null
        ? null
        : { id: row.portal.id, timeZone: row.portal.time_zone, currency: row.portal.currency },
    settingsVersion: row.settings_version,
    sources: row.sources.map(({ up_to, ...state }) => ({
      ...state,
      completeUpTo: up_to === null ? null : Date.parse(up_to),
    })),
    run:
      row.started_at === null
        ? null
        : {
            startedAt: instantOf(row.started_at),
            finishedAt: nullableInstantOf(row.finished_at),
            outcome: row.outcome,
          },
  };
}
