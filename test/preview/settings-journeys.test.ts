/**
 * How admins change what "inactive" means, in a real browser: look at what a change would do, save it, see it happen, go
 * back to an older version, and meet somebody who saves at the same time. And how nobody else can.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../src/model/settings.ts';
import type { PreviewUser } from '../../src/sandbox/preview/server.ts';
import { currentSettings, listSettings, readSettings } from '../../src/store/settings.ts';
import { goToSettings, newTab, page, settingsOn, startJourneys, world } from './journey.ts';

startJourneys();

/** Signs in, goes to the settings page, and returns the number of the version in force. */
async function openSettings(tab: Page, user: PreviewUser): Promise<number> {
  await goToSettings(tab, user);
  const sentence = await settingsOn(tab)
    .getByText(/Version \d+ is in force/)
    .textContent();
  return Number(/\d+/.exec(sentence ?? '')?.[0]);
}

/** Edits the rule that now says so: how many days it looks at. */
async function changeDays(tab: Page, sentence: string, days: number): Promise<void> {
  const rule = settingsOn(tab).locator('.tile').filter({ hasText: sentence });
  await rule.getByRole('button', { name: 'Edit' }).click();
  const field = settingsOn(tab).getByLabel('Days it looks at');
  await field.fill(String(days));
  await field.press('Tab');
  await settingsOn(tab).getByRole('button', { name: 'Done' }).click();
}

async function saveWithNote(tab: Page, note: string): Promise<void> {
  await settingsOn(tab).getByLabel('Note').fill(note);
  await settingsOn(tab).getByRole('button', { name: /^Save/ }).click();
}

async function inForce(): Promise<{ version: number; settings: Settings }> {
  const version = await currentSettings(world.account.database.store.db);
  if (version === null) throw new Error('The sample programme has no settings.');
  return version;
}

const daysOfSales = ({ rules }: Settings): number | undefined =>
  rules.find(({ test, behaviour }) => test === 'absence' && behaviour === 'sales')?.windowDays;

const statuses = (): Map<string, string | undefined> =>
  new Map([...world.account.shown()].map(([id, values]) => [id, values['rekindle_status']]));

const saleRule = (days: number): string =>
  `A partner is inactive when no deal was registered or won for ${days} days.`;

describe('an admin changes a threshold', () => {
  it('sees who would change and why, saves with a note, and the next run does exactly that', async () => {
    const admin = world.userOf('admin');
    const before = await openSettings(page, admin);
    const settings = settingsOn(page);
    expect(await settings.getByText('Unsaved changes').count()).toBe(0);

    await changeDays(page, saleRule(180), 20);
    await settings.getByText('Unsaved changes').waitFor();
    await settings.getByText(`${saleRule(20)} Instead of: ${saleRule(180)}`).waitFor();
    const save = settings.getByRole('button', { name: 'Save without preview' });
    await settings.getByRole('button', { name: 'Preview', exact: true }).click();
    const summary = settings.getByText(/^Of 60 partners \d+ would change/);
    const [, promised] = /: (\d+) get another status/.exec((await summary.textContent()) ?? '') ?? [];
    expect(Number(promised)).toBeGreaterThan(0);
    expect(await save.count()).toBe(0);
    await settings.getByText(/rekindle_status: another value for \d+ partner/).waitFor();
    const [partner, , why] = await settings
      .getByRole('row')
      .filter({ hasText: 'Active, then At risk' })
      .first()
      .getByRole('cell')
      .allTextContents();
    expect(why).toContain('20 days are allowed');
    const shownBefore = statuses();

    await saveWithNote(page, 'Three weeks without a deal is a signal here');
    await page
      .getByRole('status')
      .filter({ hasText: `Version ${before + 1} is in force` })
      .waitFor();
    await settings
      .getByText(
        new RegExp(
          `^Version ${before + 1} is in force, saved by ${admin.email} .*: Three weeks without a deal is a signal here$`,
        ),
      )
      .waitFor();
    expect(await settings.getByText('Unsaved changes').count()).toBe(0);
    expect(statuses()).toEqual(shownBefore);

    await world.account.run();
    const shownAfter = statuses();
    const moved = [...shownAfter].filter(([id, status]) => shownBefore.get(id) !== status);
    expect(moved).toHaveLength(Number(promised));

    await page.getByRole('link', { name: 'Companies' }).click();
    await page.getByRole('searchbox', { name: 'Search companies' }).fill(partner ?? '');
    await page.getByRole('link', { name: partner ?? '', exact: true }).click();
    const card = page.getByTestId('extension-rekindle_partner_card');
    await card
      .getByText(why ?? '')
      .first()
      .waitFor();
    expect((await card.innerText()).replace(/\s+/g, ' ')).toMatch(/At risk since .*, was Active/);
    expect(await page.locator('[data-property=rekindle_status] dd').textContent()).toBe('At risk');
    expect(await page.locator('[data-property=rekindle_settings_version] dd').textContent()).toBe(
      String(before + 1),
    );
    const id = /\d+$/.exec(page.url())?.[0] ?? '';
    expect(world.account.shown().get(id)).toMatchObject({
      rekindle_status: 'at_risk',
      rekindle_previous_status: 'active',
    });
  });
});

describe('an admin restores an older version', () => {
  it('after comparing it with the one in force, and none of the list is lost', async () => {
    const { store } = world.account.database;
    const first = await readSettings(store.db, 1);
    if (first === null) throw new Error('The sample programme has no first version.');
    await world.account.save({ ...first.settings, graceDays: 7, warningDays: 0 });
    const before = await openSettings(page, world.userOf('admin'));
    const settings = settingsOn(page);

    await settings.getByRole('tab', { name: 'Versions' }).click();
    const row = settings.getByRole('row').filter({ has: page.getByRole('cell', { name: '1', exact: true }) });
    await row.getByRole('button', { name: 'Compare' }).click();
    await settings.getByText(`What version 1 says otherwise than version ${before}`).waitFor();
    await settings.getByText(/^Days after joining in which absence means nothing: 60 instead of 7/).waitFor();

    await settings.getByRole('button', { name: 'Restore version 1' }).click();
    await settings.getByText('A new version that equals version 1 comes into force; none is lost.').waitFor();
    await settings.getByRole('button', { name: 'Restore it' }).click();
    await settings
      .getByText(new RegExp(`^Version ${before + 1} is in force, .*: Version 1 restored$`))
      .waitFor();
    await expect.poll(() => settings.getByLabel('Grace after joining, in days').inputValue()).toBe('60');

    expect(await inForce()).toEqual({ version: before + 1, settings: first.settings });
    const listed = await listSettings(store.db, { limit: 100 });
    expect(listed.map(({ version }) => version)).toEqual(
      Array.from({ length: before + 1 }, (_, index) => before + 1 - index),
    );
    await settings.getByRole('tab', { name: 'Versions' }).click();
    await settings.getByRole('button', { name: 'Log: who did what' }).click();
    await settings
      .getByRole('row')
      .filter({ hasText: world.userOf('admin').email })
      .filter({ hasText: /restored/i })
      .first()
      .waitFor();
  });
});

describe('two admins save at once', () => {
  it('the second is told what the first changed, loses nothing, and puts the own changes on top', async () => {
    const [admin, colleague] = [world.userOf('admin'), world.colleague()];
    const theirs = await newTab();
    const before = await openSettings(page, admin);
    expect(await openSettings(theirs, colleague)).toBe(before);
    const days = daysOfSales((await inForce()).settings) ?? 0;
    await settingsOn(page).getByLabel('Grace after joining, in days').fill('90');
    await settingsOn(page).getByLabel('Grace after joining, in days').press('Tab');

    await changeDays(theirs, saleRule(days), 200);
    await saveWithNote(theirs, 'Our deals take longer');
    await theirs.getByText(`Version ${before + 1} is in force, saved by`).waitFor();

    await saveWithNote(page, 'Newcomers need a quarter');
    const conflict = settingsOn(page).getByRole('alert').filter({ hasText: 'Somebody saved before you' });
    await conflict.getByText(`${colleague.email} saved version ${before + 1}`).waitFor();
    await conflict.getByText('Their note: Our deals take longer').waitFor();
    await conflict.getByText(saleRule(200)).waitFor();
    expect((await inForce()).version).toBe(before + 1);
    expect(await settingsOn(page).getByLabel('Grace after joining, in days').inputValue()).toBe('90');

    await conflict.getByRole('button', { name: `Keep mine, on top of version ${before + 1}` }).click();
    await settingsOn(page).getByText(saleRule(200), { exact: true }).waitFor();
    expect(await settingsOn(page).getByLabel('Grace after joining, in days').inputValue()).toBe('90');
    expect(await settingsOn(page).getByLabel('Note').inputValue()).toBe('Newcomers need a quarter');
    await saveWithNote(page, 'Newcomers need a quarter');
    await settingsOn(page)
      .getByText(`Version ${before + 2} is in force, saved by ${admin.email}`)
      .waitFor();

    const { settings } = await inForce();
    expect(settings.graceDays).toBe(90);
    expect(daysOfSales(settings)).toBe(200);
  });
});

describe('everybody else', () => {
  it.each(['manager', 'reader'] as const)('a %s may look and change nothing', async (role) => {
    await openSettings(page, world.userOf(role));
    await settingsOn(page).getByText('You can look, not change').waitFor();
    const text = await settingsOn(page).innerText();
    expect(text).toContain('neither on the server’s list of administrators nor a super admin');
    for (const name of ['Edit', 'Remove', /^Save/, 'Preview'])
      expect(await settingsOn(page).getByRole('button', { name }).count()).toBe(0);
    expect(await settingsOn(page).getByLabel('Grace after joining, in days').isEditable()).toBe(false);
    await settingsOn(page).getByRole('tab', { name: 'Danger zone' }).click();
    expect(
      await settingsOn(page)
        .getByRole('button', { name: /remove/i })
        .count(),
    ).toBe(0);
  });

  it('is refused by the server, too, whatever their browser sends', async () => {
    const reader = world.userOf('reader');
    const before = await openSettings(page, reader);
    const { settings } = await inForce();
    const forced = async (path: string, body: object): Promise<unknown> => {
      const answer = await page.evaluate(
        async ([userId, url, text]) => {
          const response = await fetch('/api/fetch', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              userId,
              request: { url, method: 'POST', headers: {}, body: text, timeoutMs: null },
            }),
          });
          return (await response.json()) as { body: string };
        },
        [reader.id, `https://rekindle.example${path}`, JSON.stringify(body)] as const,
      );
      return JSON.parse(answer.body);
    };
    const changed = { ...settings, graceDays: 1 };
    const save = { baseVersion: before, settings: changed, note: 'Let me in', approvedMoves: null };
    await expect(forced('/settings', save)).resolves.toMatchObject({ state: 'forbidden' });
    const restore = { baseVersion: before, version: 1, note: '' };
    await expect(forced('/settings/restore', restore)).resolves.toMatchObject({ state: 'forbidden' });
    expect(await inForce()).toEqual({ version: before, settings });
  });
});
