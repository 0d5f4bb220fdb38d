import { describe, expect, test } from 'vitest';
import { tinyCompanies, createTinyPortal } from '../world/tiny-portal.ts';
import { idsOf, openWorld } from './harness.ts';

const companies = '/crm/objects/2026-09/companies';

describe('a list of records', () => {
  test('comes in pages of ten unless told otherwise, and ends without paging', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('GET', companies);
    expect(body.results).toHaveLength(9);
    expect(body.paging).toBeUndefined();
  });

  test('takes a limit from 1 to 100', async () => {
    const { ask } = await openWorld();
    for (const limit of ['0', '101', 'many']) {
      const { status, body } = await ask('GET', `${companies}?limit=${limit}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({ status: 'error', category: 'VALIDATION_ERROR' });
    }
  });

  test('brings every record exactly once over its pages, in the order of ids', async () => {
    const { ask } = await openWorld();
    const seen: string[] = [];
    let after = '';
    for (;;) {
      const { body } = await ask('GET', `${companies}?limit=2${after}`);
      seen.push(...idsOf(body));
      if (body.paging === undefined) break;
      after = `&after=${body.paging.next.after}`;
    }
    expect(seen).toEqual(['101', '102', '103', '104', '105', '106', '110', '111', '112']);
  });

  test('keeps its place when a record before the cursor is deleted between two pages', async () => {
    const { ask, sandbox } = await openWorld();
    const { body: first } = await ask('GET', `${companies}?limit=3`);
    sandbox.mutate({ do: 'delete', type: 'company', id: '101' });
    const { body: second } = await ask('GET', `${companies}?limit=3&after=${first.paging?.next.after ?? ''}`);
    expect(idsOf(second)).toEqual(['104', '105', '106']);
  });

  test('orders ids as numbers, also where they differ in length and exceed 2^53', async () => {
    const seed = createTinyPortal();
    const [sample] = seed.records;
    if (sample === undefined) throw new Error('The tiny portal is empty.');
    const ids = ['7198', '719869649082', '90071992547409931234', '90071992547409931235'];
    const records = ids.toReversed().map((id) => ({ ...sample, id }));
    const { ask } = await openWorld({ seed: { ...seed, records, associations: [] } });
    const { body } = await ask('GET', companies);
    expect(idsOf(body)).toEqual(ids);
  });

  test('takes properties repeated or as a comma list, ignores unknown ones, and shows empty ones as null', async () => {
    const { ask } = await openWorld();
    const repeated = await ask(
      'GET',
      `${companies}?limit=1&properties=name&properties=city&properties=nonsense`,
    );
    const listed = await ask('GET', `${companies}?limit=1&properties=name,city,nonsense`);
    expect(listed.text).toBe(repeated.text);
    expect(listed.body.results[0]?.properties).toEqual({
      name: 'Alder Networks',
      city: null,
      createdate: '2023-12-28T12:00:00.000Z',
      hs_lastmodifieddate: '2026-05-16T12:00:00.000Z',
      hs_object_id: '101',
    });
  });

  test('shows archived records only when asked for them, with the time of archiving', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('GET', `${companies}?archived=true`);
    expect(body.results).toMatchObject([
      { id: tinyCompanies.archived, archived: true, archivedAt: '2026-05-16T12:00:00.000Z' },
    ]);
  });

  test('brings associations along, under the plural names of their types', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('GET', `${companies}?limit=1&associations=deals&associations=notes`);
    expect(body.results[0]).toMatchObject({
      associations: { deals: { results: expect.arrayContaining([{ id: '201', type: 'company_to_deal' }]) } },
    });
    expect(body.results[0]).not.toHaveProperty('associations.notes');
  });

  test('does not pretend to know the history of a property', async () => {
    const { ask } = await openWorld();
    const { status, body } = await ask('GET', `${companies}?propertiesWithHistory=name`);
    expect(status).toBe(400);
    expect(body.message).toContain('keeps no history');
  });

  test('is the same under type ids and singular names', async () => {
    const { ask } = await openWorld();
    const plural = await ask('GET', companies);
    for (const name of ['company', '0-2', 'COMPANIES']) {
      expect((await ask('GET', `/crm/objects/2026-09/${name}`)).text).toBe(plural.text);
    }
  });
});

describe('reading one record', () => {
  test('answers a merged id with its survivor', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('GET', `${companies}/95?properties=name,hs_merged_object_ids`);
    expect(body).toMatchObject({ id: tinyCompanies.merged, properties: { hs_merged_object_ids: '95;96' } });
  });

  test('is a 404 for unknown and for archived records, unless the archive is meant', async () => {
    const { ask } = await openWorld();
    for (const path of [
      `${companies}/999`,
      `${companies}/${tinyCompanies.archived}`,
      `${companies}/101?archived=true`,
    ]) {
      const { status, body } = await ask('GET', path);
      expect(status).toBe(404);
      expect(body).toMatchObject({ category: 'OBJECT_NOT_FOUND' });
    }
    expect((await ask('GET', `${companies}/${tinyCompanies.archived}?archived=true`)).status).toBe(200);
  });

  test('computes whether a deal is closed and won from its stage', async () => {
    const { ask } = await openWorld();
    const names =
      'hs_is_closed,hs_is_closed_won,hs_is_closed_lost,hs_deal_stage_probability,hs_closed_won_date';
    const read = async (id: string) =>
      (await ask('GET', `/crm/objects/2026-09/deals/${id}?properties=${names}`)).body;
    expect((await read('201')).properties).toMatchObject({
      hs_is_closed: 'true',
      hs_is_closed_won: 'true',
      hs_is_closed_lost: 'false',
      hs_deal_stage_probability: '1.0',
      hs_closed_won_date: '2026-06-05T12:00:00.000Z',
    });
    expect((await read('202')).properties).toMatchObject({
      hs_is_closed: 'false',
      hs_is_closed_won: 'false',
    });
    expect((await read('205')).properties).toMatchObject({
      hs_is_closed_won: 'false',
      hs_is_closed_lost: 'true',
    });
  });

  test('counts living deals and contacts of a company, and leaves the count empty where there are none', async () => {
    const { ask, sandbox } = await openWorld();
    sandbox.mutate({ do: 'delete', type: 'deal', id: '202' });
    const path = `${companies}/101?properties=num_associated_deals,num_associated_contacts`;
    expect((await ask('GET', path)).body.properties).toMatchObject({
      num_associated_deals: '2',
      num_associated_contacts: '1',
    });
    const none = await ask('GET', `${companies}/103?properties=num_associated_deals`);
    expect(none.body.properties['num_associated_deals']).toBeNull();
  });

  test('gives contacts a modified date of another name', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('GET', '/crm/objects/2026-09/contacts/401?properties=hs_lastmodifieddate');
    expect(body.properties).toHaveProperty('lastmodifieddate');
    expect(body.properties).not.toHaveProperty('hs_lastmodifieddate');
  });
});

const inputs = (...ids: string[]) => ({ inputs: ids.map((id) => ({ id })), properties: ['name'] });
const many = (count: number) => inputs(...Array.from({ length: count }, (_, index) => String(5000 + index)));

describe('a batch read', () => {
  const path = `${companies}/batch/read`;

  test('answers 200 when everything was found', async () => {
    const { ask } = await openWorld();
    const { status, body } = await ask('POST', path, inputs('102', '101'));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'COMPLETE',
      startedAt: expect.any(String),
      completedAt: expect.any(String),
    });
    expect(idsOf(body)).toEqual(['102', '101']);
  });

  test('reports missing ids in a 207 and delivers the rest', async () => {
    const { ask } = await openWorld();
    const { status, body } = await ask('POST', path, inputs('101', '998', '999'));
    expect(status).toBe(207);
    expect(idsOf(body)).toEqual(['101']);
    expect(body.errors).toMatchObject([
      { status: 'error', category: 'OBJECT_NOT_FOUND', context: { ids: ['998', '999'] } },
    ]);
  });

  test('answers an old id and its survivor with one record', async () => {
    const { ask } = await openWorld();
    expect(idsOf((await ask('POST', path, inputs('95', '105'))).body)).toEqual(['105']);
  });

  test('refuses the whole batch for a repeated id, naming it', async () => {
    const { ask } = await openWorld();
    const { status, body } = await ask('POST', path, inputs('101', '102', '101'));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      category: 'VALIDATION_ERROR',
      message: 'Duplicate IDs found in batch input: [101]. IDs must be unique',
      context: { ids: ['101'] },
    });
  });

  test('takes at most 100 ids', async () => {
    const { ask } = await openWorld();
    expect((await ask('POST', path, many(100))).status).toBe(207);
    expect((await ask('POST', path, many(101))).status).toBe(400);
  });

  test('reads archived records only when asked for them', async () => {
    const { ask } = await openWorld();
    const { archived } = tinyCompanies;
    expect((await ask('POST', path, inputs(archived))).body.results).toEqual([]);
    expect(idsOf((await ask('POST', `${path}?archived=true`, inputs(archived))).body)).toEqual([archived]);
  });
});
