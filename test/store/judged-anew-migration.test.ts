/** An upgrade that decides verdicts anew does not leave the earlier ones standing. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { savePartners } from '../../src/store/partners.ts';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { schemaBefore } from './earlier-schema.ts';
import { collect, noon, partner } from './samples.ts';

test.each(['0026', '0028'])(
  'whoever was judged before %s is judged once more after the upgrade',
  async (next) => {
    const { db, upgrade, drop } = await schemaBefore(next);
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
    await upgrade();
    expect(await due()).toEqual(['A', 'B']);
    await drop();
  },
);
