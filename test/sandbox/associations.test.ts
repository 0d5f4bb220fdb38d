import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { AssociationGraph } from '../../src/sandbox/portal/association-graph.ts';
import { createTinyPortal } from '../world/tiny-portal.ts';
import { openWorld } from './harness.ts';
import type { Body } from './harness.ts';

const path = '/crm/associations/2026-09/companies/deals';
const inputs = (...ids: string[]) => ({ inputs: ids.map((id) => ({ id })) });
const targets = (body: Body): (readonly [string, string[]])[] =>
  body.results.map((result) => [result.from.id, result.to.map((to) => to.toObjectId)] as const);

const many = (count: number) => inputs(...Array.from({ length: count }, (_, index) => String(9000 + index)));

describe('a batch read of associations', () => {
  test('answers each id with its targets and their types', async () => {
    const { ask } = await openWorld();
    const { status, body } = await ask('POST', `${path}/batch/read`, inputs('101', '104'));
    expect(status).toBe(200);
    expect(targets(body)).toEqual([
      ['101', ['201', '202', '203']],
      ['104', ['203']],
    ]);
    expect(body.results[0]?.to[0]?.associationTypes).toEqual([
      { category: 'HUBSPOT_DEFINED', typeId: 6, label: 'Primary' },
      { category: 'HUBSPOT_DEFINED', typeId: 342, label: null },
    ]);
    // The shared deal's first company is its primary one.
    expect(body.results[1]?.to[0]?.associationTypes).toEqual([
      { category: 'HUBSPOT_DEFINED', typeId: 342, label: null },
    ]);
  });

  test('answers 207 with one error for each id that has none', async () => {
    const { ask } = await openWorld();
    const { status, body } = await ask('POST', `${path}/batch/read`, inputs('101', '103', '999'));
    expect(status).toBe(207);
    expect(targets(body).map(([id]) => id)).toEqual(['101']);
    expect(body.numErrors).toBe(2);
    expect(body.errors[0]).toMatchObject({
      category: 'OBJECT_NOT_FOUND',
      subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
      message: 'No deal is associated with company 103.',
      context: { fromObjectId: ['103'], fromObjectType: ['company'], toObjectType: ['deal'] },
    });
  });

  test('pages each id on its own', async () => {
    const { ask } = await openWorld({ associationPageSize: 2 });
    const first = (await ask('POST', `${path}/batch/read`, inputs('101', '104'))).body;
    expect(targets(first)).toEqual([
      ['101', ['201', '202']],
      ['104', ['203']],
    ]);
    const after = first.results[0]?.paging?.next.after;
    expect(first.results[1]?.paging).toBeUndefined();
    const second = await ask('POST', `${path}/batch/read`, { inputs: [{ id: '101', after }] });
    expect(targets(second.body)).toEqual([['101', ['203']]]);
    expect(second.body.results[0]?.paging).toBeUndefined();
  });

  test('takes 1,000 ids and no more', async () => {
    const { ask } = await openWorld();
    expect((await ask('POST', `${path}/batch/read`, many(1000))).status).toBe(207);
    expect((await ask('POST', `${path}/batch/read`, many(1001))).status).toBe(400);
  });

  test('shows no archived targets', async () => {
    const { ask, sandbox } = await openWorld();
    sandbox.mutate({ do: 'delete', type: 'deal', id: '201' });
    const { body } = await ask('POST', `${path}/batch/read`, inputs('101'));
    expect(targets(body)).toEqual([['101', ['202', '203']]]);
  });

  test('finds none for a merged id', async () => {
    const { ask } = await openWorld();
    expect(targets((await ask('POST', `${path}/batch/read`, inputs('95', '105'))).body)).toEqual([
      ['105', ['205']],
    ]);
  });
});

describe('changing associations', () => {
  test('a batch creates and archives them, in both directions, without touching modified dates', async () => {
    const { ask, sandbox } = await openWorld();
    const before = sandbox.record('company', '103');
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 342 }];
    const created = await ask('POST', `${path}/batch/create`, {
      inputs: [{ from: { id: '103' }, to: { id: '201' }, types }],
    });
    expect(created.status).toBe(201);
    const back = await ask('GET', '/crm/objects/2026-09/deals/201/associations/companies');
    expect(back.body.results).toMatchObject([{ toObjectId: '101' }, { toObjectId: '103' }]);
    expect(sandbox.record('company', '103')).toBe(before);
    const archived = await ask('POST', `${path}/batch/archive`, {
      inputs: [{ from: { id: '103' }, to: [{ id: '201' }] }],
    });
    expect(archived.status).toBe(204);
    expect((await ask('POST', `${path}/batch/read`, inputs('103'))).body.results).toEqual([]);
  });

  test('a batch reports records that do not exist, merged ones among them, and does the rest', async () => {
    const { ask } = await openWorld();
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 342 }];
    const { status, body } = await ask('POST', `${path}/batch/create`, {
      inputs: ['103', '95', '999'].map((id) => ({ from: { id }, to: { id: '201' }, types })),
    });
    expect(status).toBe(207);
    expect(body.results).toMatchObject([{ fromObjectId: '103' }]);
    expect(body.errors).toMatchObject([{ context: { ids: ['95'] } }, { context: { ids: ['999'] } }]);
  });

  test('the default association needs no type', async () => {
    const { ask } = await openWorld();
    const one = await ask('PUT', '/crm/objects/2026-09/notes/331/associations/default/companies/103');
    expect(one).toMatchObject({
      status: 200,
      body: { results: [{ associationSpec: { associationTypeId: 190 } }, {}] },
    });
    const batch = await ask('POST', `${path}/batch/associate/default`, {
      inputs: [{ from: { id: '103' }, to: { id: '202' } }],
    });
    expect(batch.status).toBe(200);
    const notes = await ask('GET', '/crm/objects/2026-09/companies/103/associations/notes');
    expect(notes.body.results).toMatchObject([{ toObjectId: '331' }]);
  });

  test('another company can become the primary one', async () => {
    const { ask } = await openWorld();
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 5 }];
    const marked = await ask('PUT', '/crm/objects/2026-09/deals/203/associations/companies/104', types);
    expect(marked.status).toBe(201);
    const { body } = await ask('GET', '/crm/objects/2026-09/deals/203/associations/companies');
    expect(body.results).toMatchObject([
      { toObjectId: '101', associationTypes: [{ typeId: 341 }] },
      { toObjectId: '104', associationTypes: [{ typeId: 5, label: 'Primary' }, { typeId: 341 }] },
    ]);
  });

  test('one association can be removed', async () => {
    const { ask } = await openWorld();
    const removed = await ask('DELETE', '/crm/objects/2026-09/companies/101/associations/deals/201');
    expect(removed.status).toBe(204);
    expect(targets((await ask('POST', `${path}/batch/read`, inputs('101'))).body)).toEqual([
      ['101', ['202', '203']],
    ]);
  });

  test('an association type of another pair is refused', async () => {
    const { ask } = await openWorld();
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 190 }];
    const { status } = await ask('PUT', '/crm/objects/2026-09/companies/103/associations/deals/201', types);
    expect(status).toBe(400);
  });
});

describe('labels', () => {
  test('are listed per pair, with HubSpot’s own type ids', async () => {
    const { ask } = await openWorld();
    const typeIdOf = async (from: string, to: string) => {
      const { body } = await ask('GET', `/crm/associations/2026-09/${from}/${to}/labels`);
      return body.results.map((type) => (type as unknown as { typeId: number }).typeId);
    };
    expect(await typeIdOf('companies', 'deals')).toEqual([6, 342]);
    expect(await typeIdOf('deals', 'companies')).toEqual([5, 341]);
    expect(await typeIdOf('companies', 'calls')).toEqual([181]);
    expect(await typeIdOf('tasks', 'companies')).toEqual([192]);
    expect(await typeIdOf('notes', 'companies')).toEqual([190]);
    expect(await typeIdOf('communications', 'companies')).toEqual([87]);
  });

  test('of the customer’s own can be made and used', async () => {
    const { ask } = await openWorld();
    const made = await ask('POST', `${path}/labels`, {
      label: 'Co-sold',
      name: 'co_sold',
      inverseLabel: 'Co-seller',
    });
    expect(made.body.results).toMatchObject([{ label: 'Co-sold' }, { label: 'Co-seller' }]);
    const { typeId } = made.body.results[0] as unknown as { typeId: number };
    const types = [{ associationCategory: 'USER_DEFINED', associationTypeId: typeId }];
    await ask('PUT', '/crm/objects/2026-09/companies/103/associations/deals/201', types);
    const { body } = await ask('GET', '/crm/objects/2026-09/companies/103/associations/deals');
    expect(body.results).toMatchObject([
      { associationTypes: [{ typeId, label: 'Co-sold' }, { typeId: 342 }] },
    ]);
  });

  test('do not exist between engagements', async () => {
    const { ask } = await openWorld();
    expect((await ask('GET', '/crm/associations/2026-09/calls/notes/labels')).status).toBe(400);
  });
});

test('the list of one record pages, and is a 404 for nobody', async () => {
  const { ask } = await openWorld();
  const list = '/crm/objects/2026-09/companies/101/associations/deals';
  const first = (await ask('GET', `${list}?limit=2`)).body;
  expect(first.results).toMatchObject([{ toObjectId: '201' }, { toObjectId: '202' }]);
  const rest = await ask('GET', `${list}?limit=2&after=${first.paging?.next.after ?? ''}`);
  expect(rest.body.results).toMatchObject([{ toObjectId: '203' }]);
  expect((await ask('GET', `${list}?limit=501`)).status).toBe(400);
  expect((await ask('GET', '/crm/objects/2026-09/companies/999/associations/deals')).status).toBe(404);
});

const link = fc.record({
  company: fc.integer({ min: 1, max: 6 }).map(String),
  deal: fc.integer({ min: 95, max: 105 }).map(String),
  add: fc.boolean(),
});

test('the graph agrees with a plain set of pairs, from both sides, in the order of ids', () => {
  fc.assert(
    fc.property(fc.array(link, { maxLength: 60 }), (links) => {
      const graph = new AssociationGraph([]);
      const pairs = new Set<string>();
      for (const { company, deal, add } of links) {
        const association = { fromType: 'company', fromId: company, toType: 'deal', toId: deal } as const;
        const pair = `${company} ${deal}`;
        const changes = add ? !pairs.has(pair) : pairs.has(pair);
        expect(add ? graph.add(association) : graph.remove(association)).toBe(changes);
        if (add) pairs.add(pair);
        else pairs.delete(pair);
      }
      const all = [...graph.all()].map(({ fromId, toId }) => `${fromId} ${toId}`);
      expect(all.sort()).toEqual([...pairs].sort());
      for (const company of ['1', '2', '3', '4', '5', '6']) {
        const own = [...pairs].filter((pair) => pair.startsWith(`${company} `));
        const deals = own.map((pair) => pair.slice(company.length + 1)).sort((a, b) => Number(a) - Number(b));
        expect(graph.linked('company', company, 'deal')).toEqual(deals);
      }
    }),
  );
});

test('the seed itself is never changed', async () => {
  const seed = createTinyPortal();
  const before = JSON.stringify(seed);
  const { ask, sandbox } = await openWorld({ seed });
  await ask('PATCH', '/crm/objects/2026-09/companies/101', { properties: { city: 'Lima' } });
  sandbox.mutate({ do: 'merge', type: 'company', primaryId: '101', mergedId: '102' });
  sandbox.mutate({ do: 'delete', type: 'company', id: '103' });
  expect(JSON.stringify(seed)).toBe(before);
});
