import { sql } from 'kysely';
import type { Owner } from '../model/partner.ts';
import { assignments, differs, incoming, names } from './rows.ts';
import type { Columns } from './rows.ts';
import type { Db } from './tables.ts';

const columns: Columns<Owner> = {
  id: ['text', (owner) => owner.id],
  name: ['text', (owner) => owner.name],
  email: ['text', (owner) => owner.email],
  archived: ['bool', (owner) => owner.archived],
};
const all = Object.keys(columns);

/** All who are active, and perhaps archived ones. Whoever is not named stays, archived: old records still name them. */
export async function saveOwners(db: Db, owners: readonly Owner[]): Promise<void> {
  await sql`
    insert into owner (${names(all)})
    select ${names(all)} from ${incoming(owners, columns)}
    on conflict (id) do update set ${assignments(all)} where ${differs('owner', all)}`.execute(db);
  await db
    .updateTable('owner')
    .set({ archived: true })
    .where('archived', '=', false)
    .where(sql<boolean>`id <> all(${owners.map(({ id }) => id)}::text[])`)
    .execute();
}

export async function readOwners(db: Db): Promise<ReadonlyMap<string, Owner>> {
  const rows = await db.selectFrom('owner').selectAll().execute();
  return new Map(rows.map((owner) => [owner.id, owner]));
}
