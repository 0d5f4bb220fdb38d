import { expect, test } from 'vitest';
import { leavePartners, partnersNotSeen, readPartner, savePartners } from '../../src/store/partners.ts';
import {
  forgetPublished,
  readPublishFailures,
  savePublished,
  savePublishFailures,
  streamToPublish,
} from '../../src/store/publishing.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { freshStore } from './fresh.ts';
import { collect, minute, noon, partner, verdict } from './samples.ts';

const store = freshStore();

async function toPublish() {
  const items = await collect(streamToPublish(store().db, 1));
  return items.map((item) => [item.partner.id, item.verdict?.status ?? null, item.partner.published]);
}

test('published are those who have a verdict, and cleared those who left and still show one', async () => {
  const { db } = store();
  const shown = { published: { rekindle_status: 'active' } };
  await savePartners(db, 's1', [
    partner('judged'),
    partner('not judged yet'),
    partner('left', shown),
    partner('left and clean'),
  ]);
  await saveVerdicts(
    db,
    'run',
    ['judged', 'left', 'left and clean'].map((id) => verdict(id)),
  );
  await savePartners(db, 's2', [partner('judged'), partner('not judged yet')]);
  await leavePartners(db, await partnersNotSeen(db, 's2'), noon);
  expect(await toPublish()).toEqual([
    ['judged', 'active', { rekindle_status: null }],
    ['left', null, { rekindle_status: 'active' }],
  ]);

  await savePublished(db, [
    { partnerId: 'judged', properties: { rekindle_status: 'active', rekindle_health: '80' }, updatedAt: 0 },
    { partnerId: 'left', properties: { rekindle_status: '' }, updatedAt: 0 },
  ]);
  expect(await toPublish()).toEqual([
    ['judged', 'active', { rekindle_status: 'active', rekindle_health: '80' }],
  ]);
});

test('what HubSpot confirmed is added to what is known of it, and nothing else changes', async () => {
  const { db } = store();
  const before = { rekindle_status: 'active', rekindle_health: '80' };
  await savePartners(db, 's1', [partner('A', { published: before }), partner('B', { published: before })]);
  await saveVerdicts(db, 'run', [verdict('A'), verdict('B')]);
  await savePublished(db, [{ partnerId: 'A', properties: { rekindle_health: '70' }, updatedAt: 0 }]);
  await savePublished(db, []);
  expect(await toPublish()).toEqual([
    ['A', 'active', { rekindle_status: 'active', rekindle_health: '70' }],
    ['B', 'active', before],
  ]);
});

test("HubSpot's search, which lags behind, does not bring back what was there before our write", async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A')]);
  const properties = { rekindle_status: 'inactive' };
  await savePublished(db, [{ partnerId: 'A', properties, updatedAt: noon + minute }]);
  await savePartners(db, 's2', [partner('A')]);
  expect((await readPartner(db, 'A'))?.published).toEqual(properties);
  await savePartners(db, 's2', [partner('A', { updatedAt: noon + 2 * minute })]);
  expect((await readPartner(db, 'A'))?.published).toEqual({ rekindle_status: null });
});

test('on a company that does not exist any more there is nothing to clear', async () => {
  const { db } = store();
  const shown = { published: { rekindle_status: 'active' } };
  await savePartners(db, 's1', [partner('A', shown), partner('B', shown)]);
  await savePartners(db, 's2', []);
  expect(await partnersNotSeen(db, 's2')).toEqual(['A', 'B']);
  await leavePartners(db, await partnersNotSeen(db, 's2'), noon);
  await forgetPublished(db, ['A']);
  await forgetPublished(db, []);
  expect((await toPublish()).map(([id]) => id)).toEqual(['B']);
});

const failure = (id: string, message: string) => ({ id, category: 'VALIDATION_ERROR', message });

test('the records that HubSpot refused are kept by run, the last word on each', async () => {
  const { db } = store();
  await savePublishFailures(db, 'run 1', [failure('A', 'first'), failure('B', 'no such option')]);
  await savePublishFailures(db, 'run 1', [failure('A', 'second')]);
  await savePublishFailures(db, 'run 2', []);
  expect(await readPublishFailures(db, 'run 1')).toEqual([
    { partnerId: 'A', category: 'VALIDATION_ERROR', message: 'second' },
    { partnerId: 'B', category: 'VALIDATION_ERROR', message: 'no such option' },
  ]);
  expect(await readPublishFailures(db, 'run 2')).toEqual([]);
});
