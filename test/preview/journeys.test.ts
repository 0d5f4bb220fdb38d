/** How partner managers and workflows work with Rekindle inside HubSpot, in a real browser: from whom to call to what was done. */
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { page, startJourneys, world } from './journey.ts';

startJourneys();

const card = (): Locator => page.getByTestId('extension-rekindle_partner_card');
const property = (name: string): Locator => page.locator(`[data-property=${name}] dd`);
const inOneLine = async (place: Locator): Promise<string> => (await place.innerText()).replace(/\s+/g, ' ');

type Partner = { readonly id: string; readonly name: string };

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(world.address + path);
  return (await answer.json()) as T;
}

async function partnersWith(status: string): Promise<readonly Partner[]> {
  type List = { readonly rows: readonly Partner[] };
  return (await ask<List>(`/api/companies?view=partners&status=${status}&sort=name`)).rows;
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('The sample programme has no such partner.');
  return found;
}

/** The account tells of nothing that anybody did about it for a year. */
async function nobodyContacted(status: string): Promise<Partner> {
  const yearAgo = new Date(Date.now() - 365 * 24 * 60 * 60_000).toISOString();
  let found: Partner | undefined;
  for (const partner of await partnersWith(status)) {
    type Activities = readonly { readonly at: string | null }[];
    const activities = await ask<Activities>(`/api/companies/${partner.id}/activities`);
    if (activities.every(({ at }) => at !== null && at < yearAgo)) found ??= partner;
  }
  return known(found);
}

/** What a workflow set, as the account keeps it. */
const stored = (companyId: string): Readonly<Record<string, string>> | undefined =>
  world.account.shown().get(companyId);

describe('a manager', () => {
  it('goes from the week’s calls to the record, and finds there why and what to do', async () => {
    const { id, firstName, lastName } = world.userOf('manager');
    await page.goto(world.address);
    await page.getByLabel('Signed in as').selectOption(id);
    await page.getByRole('link', { name: 'Rekindle home', exact: true }).click();
    const home = page.getByTestId('extension-rekindle_home_page');
    await home.getByRole('button', { name: `${firstName} ${lastName} (you)` }).waitFor();
    const calls = home.getByRole('table').filter({ hasText: 'Next step' }).first();
    const [name, status, why, next] = await calls.getByRole('row').nth(1).getByRole('cell').allTextContents();
    await calls
      .getByRole('link', { name: name ?? '', exact: true })
      .first()
      .click();

    await page.getByRole('heading', { level: 1, name: name ?? '', exact: true }).waitFor();
    await card().getByText('Recommended next step').waitFor();
    const shown = await inOneLine(card());
    for (const part of [status, why, next, `Owner: ${firstName} ${lastName}`]) expect(shown).toContain(part);
    expect(await property('rekindle_status').textContent()).toBe(status);
    expect(await property('rekindle_recommended_action').textContent()).toBe(next);
    await page.goBack();
    await home.getByText('Whom to call').waitFor();
  });

  it('makes the recommended task at the card, and it is there, once', async () => {
    const { id, name } = known((await partnersWith('inactive'))[0]);
    await page.goto(world.recordOf(id));
    await card().getByRole('button', { name: 'Create task' }).click();
    await card().getByRole('button', { name: 'Task created' }).waitFor();
    await page.reload();
    await card().getByRole('button', { name: 'Create task' }).click();
    await card().getByText('The task was there already').waitFor();

    await page.getByRole('tab', { name: 'Activities' }).click();
    const task = page.getByRole('listitem').filter({ hasText: /^Task/i }).filter({ hasText: name });
    await task.waitFor();
    const subject = (await task.locator('strong').textContent()) ?? '';
    const { records } = world.account.sandbox.truth('task');
    expect(records.filter(({ properties }) => properties['hs_task_subject'] === subject)).toHaveLength(1);
  });

  it('records what the partner said, and HubSpot shows it', async () => {
    const { id } = known((await partnersWith('inactive'))[1]);
    await page.goto(world.recordOf(id));
    await card().getByRole('button', { name: 'Record root cause', exact: true }).click();
    await card().getByLabel('Why it went quiet').selectOption({ label: 'Competition' });
    const form = card().locator('form');
    await form.getByRole('combobox').nth(1).selectOption({ index: 1 });
    await form.getByRole('button', { name: 'Record it' }).click();
    await expect.poll(() => property('rekindle_root_cause').textContent()).toBe('Competition');
    expect(stored(id)).toMatchObject({ rekindle_root_cause: 'competition' });
  });
});

const action = (name: string): Locator => page.getByRole('region', { name });
async function run(name: string, fill: (form: Locator) => Promise<unknown>): Promise<string> {
  await fill(action(name));
  await action(name).getByRole('button', { name: 'Run action' }).click();
  await action(name).getByText('Over the wire').waitFor();
  return inOneLine(action(name).getByRole('status'));
}
const inThirtyDays = (form: Locator): Promise<void> => form.getByLabel('Days of notice').fill('30');

describe('a workflow', () => {
  it('gives notice of a decision only after somebody was contacted, can branch on that, and the record shows it', async () => {
    const { id, name } = await nobodyContacted('inactive');
    await page.goto(world.address);
    await page.getByRole('link', { name: 'Workflow actions', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search companies' }).fill(name);
    await page.getByLabel('Company', { exact: true }).selectOption(id);

    const refused = await run('Start offboarding notice', inThirtyDays);
    expect(refused).toContain('The action reports a failure. The workflow goes on.');
    expect(refused).toMatch(/Result Refused .*Nobody has tried to reach this partner/);
    expect(stored(id)).not.toHaveProperty('rekindle_decision_due_date');

    const logged = await run('Log re-engagement action', (form) =>
      form.getByLabel('How', { exact: false }).first().selectOption({ index: 1 }),
    );
    expect(logged).toMatch(/Done\. The workflow goes on\..* Result Done/);
    expect(logged).toMatch(/Partner status Inactive/);
    expect(stored(id)).toMatchObject({ rekindle_plan_stage: 'contacted' });

    const noticed = await run('Start offboarding notice', inThirtyDays);
    expect(noticed).toMatch(/Result Done/);
    expect(stored(id)?.['rekindle_decision_due_date']).toMatch(/^\d{4}-\d{2}-\d{2}$/);

    await page.getByRole('link', { name: 'Open the record' }).click();
    await expect.poll(() => property('rekindle_decision_due_date').textContent()).toMatch(/^\d+ \w+ 20\d\d$/);
    const due = await property('rekindle_decision_due_date').textContent();
    await card().getByText(`Due on ${due}; a person decides`).waitFor();
  });
});
