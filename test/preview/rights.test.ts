/** What people may and may not do at the card, and who reads what they call wrong, in a real browser. */
import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PreviewUser } from '../../src/sandbox/preview/server.ts';
import { readActions } from '../../src/store/partner-actions.ts';
import { goToSettings, page, settingsOn, startJourneys, world } from './journey.ts';

startJourneys();

let partner: { readonly id: string; readonly name: string };

beforeAll(async () => {
  const answer = await fetch(`${world.address}/api/companies?view=partners&status=inactive&sort=name`);
  const { rows } = (await answer.json()) as { rows: (typeof partner)[] };
  if (rows[0] === undefined) throw new Error('The sample programme has no inactive partner.');
  [partner] = [rows[0]];
});

const card = (): Locator => page.getByTestId('extension-rekindle_partner_card');
const settings = (): Locator => settingsOn(page);

async function openRecord(role: PreviewUser['role']): Promise<void> {
  await page.goto(world.recordOf(partner.id));
  await page.getByLabel('Signed in as').selectOption(world.userOf(role).id);
  await card().getByRole('button', { name: 'Refresh' }).waitFor();
}

/** What acts on the partner, by its words. */
async function actingButtons(): Promise<string[]> {
  const names = await card().getByRole('button').allTextContents();
  return names.filter((name) =>
    /create task|write|schedule|log outreach|root cause|snooze|^more/i.test(name.trim()),
  );
}

async function openCorrections(role: PreviewUser['role']): Promise<void> {
  await goToSettings(page, world.userOf(role));
  await settings().getByRole('tab', { name: 'Corrections' }).click();
}

describe('a reader, whom nobody has named', () => {
  it('sees the verdict and what to do, and in place of the buttons who can let them', async () => {
    await openRecord('reader');
    const { id } = world.userOf('reader');
    await card().getByText('You can look, not act').waitFor();
    await card().getByText(`can add your HubSpot user id ${id} to REKINDLE_ACTORS`).waitFor();
    await card().getByText('Recommended next step').waitFor();
    expect(await actingButtons()).toEqual([]);
    await page.getByLabel('Signed in as').selectOption(world.userOf('manager').id);
    await card().getByRole('button', { name: 'Create task' }).first().waitFor();
    expect(await card().getByText('You can look, not act').count()).toBe(0);
    expect((await actingButtons()).length).toBeGreaterThan(4);
  });

  it('is refused by the server, whatever a page of theirs sends', async () => {
    const { id } = world.userOf('reader');
    const request = {
      url: 'https://rekindle.example/card/action',
      method: 'POST',
      headers: {},
      body: JSON.stringify({
        companyId: partner.id,
        requestKey: 'made-up-by-hand',
        action: 'exclude',
        reason: 'x',
      }),
      timeoutMs: null,
    };
    const answer = await fetch(`${world.address}/api/fetch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: id, request }),
    });
    const { status, body } = (await answer.json()) as { status: number; body: string };
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ state: 'refused' });
    const { db } = world.account.database.store;
    expect(await readActions(db, { partnerId: partner.id, limit: 1 })).toEqual([]);
  });
});

describe('that a verdict is wrong', () => {
  it('is said by a manager at the card, read by an admin on the settings page beside the verdict, and leads to the record', async () => {
    await openRecord('manager');
    await card().getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'This verdict is wrong' }).click();
    await card().getByLabel('What is wrong, and how you know').fill('They ordered by phone last week.');
    await card().getByRole('button', { name: 'Send' }).click();
    await card().locator('form').waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Rekindle home', exact: true }).click();
    await page.getByText('people called 1 verdict wrong').waitFor();

    await openCorrections('admin');
    await settings().getByText('“They ordered by phone last week.”').waitFor();
    const { email } = world.userOf('manager');
    expect(await settings().getByText(email).count()).toBe(1);
    expect(await settings().getByText('The verdict said: Inactive').count()).toBe(1);
    expect(await settings().getByText('which is still in force').count()).toBe(1);
    await settings().getByRole('link', { name: partner.name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: partner.name, exact: true }).waitFor();
  });

  it('is not read by a reader, who is told so', async () => {
    await openCorrections('reader');
    await settings().getByText('Only those who may change the settings read').waitFor();
    expect(await settings().getByText('by phone').count()).toBe(0);
  });
});
