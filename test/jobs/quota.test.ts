import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { quotaKeeper } from '../../src/jobs/quota.ts';
import { savePortal } from '../../src/store/portal.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(async () => database.drop());

test('requests are counted under the settings in force, also those that are saved while a connection is open', async () => {
  const { store } = database;
  const first = await quotaKeeper(store);
  expect(first.timeZone).toBeNull();
  expect(await first.record('2026-06-15', 3)).toEqual({ requests: 3, burstShare: null, dailyShare: 0.8 });

  const quota = { burstShare: 0.5, dailyShare: 0.4 };
  await saveSettings(store.db, { ...presets.reseller, quota }, { note: '', author: 'test', now: 0 });
  await savePortal(store.db, { id: '1', timeZone: 'Asia/Tokyo', currency: 'JPY' });
  const second = await quotaKeeper(store);
  expect(second.timeZone).toBe('Asia/Tokyo');
  expect(await second.record('2026-06-15', 4)).toEqual({ requests: 7, ...quota });
  expect(await first.record('2026-06-15', 0)).toEqual({ requests: 7, ...quota });
});
