import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table company_merge (
    merged_id text collate "C" primary key,
    survivor_id text collate "C" not null,
    merged_at timestamptz not null,
    inherited boolean not null
  )`,
  `create index company_merge_survivor on company_merge (survivor_id)`,

  // Until now a merge moved the history of both companies to the survivor. What its evidence says was made of another
  // company goes back to that one, unless the survivor had no first verdict of its own and so took over that standing.
  // Only survivors of merges are looked at, which are few; when they were merged was not noted, only that they are now.
  `create temporary table strange_change on commit drop as
    select change.id, change.partner_id, partner.hubspot_updated_at, change.evidence ->> 'partner_id' as company_id,
           (change.evidence ->> 'status_changed_at')::timestamptz as status_changed_at
      from partner join verdict_change as change on change.partner_id = partner.id
     where partner.merged_ids <> '{}' and change.evidence is not null
       and change.evidence ->> 'partner_id' <> partner.id`,
  `analyze strange_change`,
  `delete from strange_change using (
      select distinct on (partner_id) partner_id, company_id from strange_change
       where not exists (
         select from verdict_change as own
          where own.partner_id = strange_change.partner_id and own.from_status is null
            and (own.evidence is null or own.evidence ->> 'partner_id' = own.partner_id)
       )
       order by partner_id, status_changed_at desc, id desc
    ) as heir
    where strange_change.partner_id = heir.partner_id and strange_change.company_id = heir.company_id`,
  `insert into company_merge
    select distinct on (company_id) company_id, partner_id, hubspot_updated_at, false from strange_change`,
  `update verdict_change set partner_id = strange_change.company_id from strange_change
    where verdict_change.id = strange_change.id`,
];

export const companyMerges: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
