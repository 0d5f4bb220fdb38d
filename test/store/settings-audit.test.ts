/** What was done to the settings is written down with it, and nobody rewrites it. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { readAudit } from '../../src/store/settings-audit.ts';
import { currentSettings, saveSettings, saveSettingsOn } from '../../src/store/settings.ts';
import { freshStore } from './fresh.ts';
import { noon } from './samples.ts';

const store = freshStore();
const meta = { note: 'Portal logins count', author: 'ada@example.com', userId: '77', now: noon };

test('every new version has its line, whoever saved it; what changes nothing has none', async () => {
  const { db } = store();
  await saveSettings(db, presets.reseller, { note: '', author: 'root', now: noon });
  await saveSettingsOn(db, 1, presets.affiliate, meta);
  await saveSettingsOn(db, 2, presets.affiliate, meta);
  await saveSettingsOn(db, 1, presets.mixed, meta);
  expect(await readAudit(db, 10)).toEqual([
    {
      at: noon,
      action: 'saved',
      author: 'ada@example.com',
      userId: '77',
      fromVersion: 1,
      toVersion: 2,
      note: 'Portal logins count',
    },
    { at: noon, action: 'saved', author: 'root', userId: null, fromVersion: null, toVersion: 1, note: '' },
  ]);
});

test.each(["update settings_audit set note = 'x'", 'delete from settings_audit'])(
  'the database refuses: %s',
  async (statement) => {
    const { db } = store();
    await saveSettings(db, presets.reseller, { note: '', author: 'root', now: noon });
    await expect(sql.raw(statement).execute(db)).rejects.toThrow('settings_audit only grows');
    expect(await readAudit(db, 10)).toHaveLength(1);
  },
);

test('of two who save on the same version at once, one saves and the other is told of it', async () => {
  const { db } = store();
  await saveSettings(db, presets.reseller, { note: '', author: 'root', now: noon });
  const outcomes = await Promise.all([
    saveSettingsOn(db, 1, { ...presets.reseller, graceDays: 7 }, { ...meta, author: 'ada' }),
    saveSettingsOn(db, 1, { ...presets.reseller, graceDays: 8 }, { ...meta, author: 'ben' }),
  ]);
  expect(outcomes.map(({ state }) => state).toSorted()).toEqual(['conflict', 'saved']);
  const current = await currentSettings(db);
  expect(current?.version).toBe(2);
  const told = outcomes.find(({ state }) => state === 'conflict');
  expect(told).toMatchObject({ latest: { version: 2, settings: current?.settings } });
});
