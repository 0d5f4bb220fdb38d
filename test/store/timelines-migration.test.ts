/** A database from before the timelines is worth as much as a new one. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { schemaBefore } from './earlier-schema.ts';
import { collect, entriesOf, noon } from './samples.ts';

test('whoever is there when timelines come gets one, and is judged anew once', async () => {
  const { db, upgrade, drop } = await schemaBefore('0003');
  await sql`
    insert into partner (id, is_partner, merged_ids, hubspot_updated_at, published, seen_in_sync, judged_revision)
    values ('A', true, '{}', now(), '{}', 's1', 1), ('B', false, '{}', now(), '{}', 's1', 1)`.execute(db);
  await sql`
    insert into activity (source, source_id, kind, partner_id, occurred_at, quantity, amount, currency)
    values ('hubspot.deals', '1', 'deal_won', 'A', ${new Date(noon)}, 1, 12.50, 'EUR')`.execute(db);

  await upgrade();
  const options = { now: noon, settingsVersion: 1, all: false, batchSize: 10 };
  const items = await collect(streamPartnersToAssess(db, options));
  expect(items.map(({ partner, timeline }) => [partner.id, entriesOf(timeline)])).toEqual([
    [
      'A',
      [
        {
          kind: 'deal_won',
          occurredAt: noon,
          quantity: 1,
          amount: { amount: '12.50', currency: 'EUR' },
          source: 'hubspot.deals',
        },
      ],
    ],
  ]);
  await drop();
});
