/** How another system comes to tell Rekindle something, in a real browser: a key on the settings page, a batch, a run. */
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { batchAnswerSchema } from '../../src/web/intake-contract.ts';
import { goToSettings, page, settingsOn, startJourneys, world } from './journey.ts';

startJourneys();

const settings = (): Locator => settingsOn(page);

async function openKeys(role: 'admin' | 'reader'): Promise<void> {
  await goToSettings(page, world.userOf(role));
  await settings().getByRole('tab', { name: 'API keys' }).click();
}

async function createKey(system: string, name: string): Promise<string> {
  await settings().getByLabel('System', { exact: true }).fill(system);
  await settings().getByLabel('Name of the key').fill(name);
  await settings().getByRole('button', { name: 'Create key' }).click();
  await settings().getByRole('row').filter({ hasText: name }).waitFor();
  return await settings().getByLabel('API key', { exact: true }).inputValue();
}

async function send(secret: string, row: object): Promise<Response> {
  return await fetch(`${world.serverAddress}/v1/activities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ activities: [row] }),
  });
}

/** At risk for want of a campaign alone. */
function missedInMarketing(): string {
  const found = [...world.account.shown()].find(
    ([, values]) =>
      values['rekindle_status'] === 'at_risk' && values['rekindle_reasons'] === 'marketing_never',
  );
  if (found === undefined)
    throw new Error('The sample programme has nobody at risk for want of a campaign alone.');
  return found[0];
}

it('an admin gives a system a key, the system tells of a campaign, and the next run moves the status', async () => {
  const partnerId = missedInMarketing();
  await openKeys('admin');
  await settings().getByText('No system may send yet').waitFor();
  const secret = await createKey('marketing-hub', 'Campaign sync');
  expect(await settings().getByLabel('Name of the key').inputValue()).toBe('');
  const example = await settings().getByLabel('Example').inputValue();
  expect(example).toContain('/v1/activities');

  const campaign = {
    partner_id: partnerId,
    occurred_at: new Date(Date.now() - 3_600_000).toISOString(),
    kind: 'campaign_run',
    external_id: 'campaign-1',
  };
  const answer = await send(secret, campaign);
  expect(answer.status).toBe(200);
  expect(batchAnswerSchema.parse(await answer.json())).toMatchObject({
    accepted: 1,
    source: { complete: true },
  });
  await world.account.run();
  const shown = world.account.shown().get(partnerId);
  expect(shown).toMatchObject({
    rekindle_status: 'active',
    rekindle_previous_status: 'at_risk',
    rekindle_last_activity_kind: 'campaign_run',
  });
  expect(shown?.['rekindle_reasons']).toBeUndefined();
});

it('an admin changes the key of a system without a gap: makes a second one, then revokes the first', async () => {
  await openKeys('admin');
  const secrets = [await createKey('shop', 'Spring'), await createKey('shop', 'Autumn')];
  const order = {
    partner_id: missedInMarketing(),
    occurred_at: '2024-01-01',
    kind: 'order',
    external_id: '1',
  };
  const statuses = async (): Promise<number[]> => {
    const answers = secrets.map((secret) => send(secret, order));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  expect(await statuses()).toEqual([200, 200]);
  const row = settings().getByRole('row').filter({ hasText: 'Spring' });
  await row.getByRole('button', { name: 'Revoke' }).click();
  await settings().getByText('Whoever sends with it is refused at once').waitFor();
  await settings().getByRole('button', { name: 'Revoke it' }).click();
  await row.waitFor({ state: 'detached' });
  expect(await statuses()).toEqual([401, 200]);
});

it('a reader sees who may send, and can neither make nor revoke a key', async () => {
  await openKeys('reader');
  await settings().getByRole('row').filter({ hasText: 'marketing-hub' }).first().waitFor();
  expect(
    await settings()
      .getByRole('button', { name: /^(Create key|Revoke)$/ })
      .count(),
  ).toBe(0);
});
