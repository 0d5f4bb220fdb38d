/** An upgrade that decides verdicts anew does not leave the earlier ones standing. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openConnections } from '../../src/store/pool.ts';
import { savePartners } from '../../src/store/partners.ts';
import { createScratchDatabase } from '../../src/store/scratch.ts';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { createTestDatabase } from '../world/database.ts';
import { collect, noon, partner } from './samples.ts';

test.each(['0026', '0028'])(
  'whoever was judged before %s is judged once more after the upgrade',
  async (next) => {
    const server = await createTestDatabase();
    const scratch = await createScratchDatabase(server.url);
    const { db, close } = openConnections({ connectionString: scratch.url });
    const earlier = Object.entries(migrations).filter(([name]) => name < next);
    await migrate(db, 'the database', Object.fromEntries(earlier));
    await savePartners(db, 's1', [partner('A'), partner('B')]);
    await sql`
    insert into verdict (partner_id, status, status_changed_at, contributions, reasons, unknowns, episode, stale,
                         settings_version, assessed_at, run_id)
    select id, 'active', hubspot_updated_at, '[]', '[]', '[]', 0, false, 3, ${new Date(noon)}, 'run' from partner`.execute(
      db,
    );
    await sql`delete from touched`.execute(db);
    const due = async () => {
      const options = { now: noon, settingsVersion: 3, all: false, batchSize: 10 };
      return (await collect(streamPartnersToAssess(db, options))).map((item) => item.partner.id);
    };
    expect(await due()).toEqual([]);
    await migrate(db, 'the database');
    expect(await due()).toEqual(['A', 'B']);
    await close();
    await scratch.drop();
    await server.drop();
  },
);
