import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { idsOf, openWorld } from './harness.ts';
import type { World } from './harness.ts';

const list = '/crm/objects/2026-09/companies?limit=2';
const search = '/crm/objects/2026-09/companies/search';

async function statuses(world: World, count: number, path = list): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) seen.push((await world.ask('GET', path)).status);
  return seen;
}

const failing = async () => await statuses(await openWorld({ faults: ['status:500,share=0.3'] }), 100);

describe('which requests are hit', () => {
  test.each([
    ['status:503,n=2', [200, 503, 200, 200, 200]],
    ['status:503,from=4', [200, 200, 200, 503, 503]],
    ['status:503,every=2', [200, 503, 200, 503, 200]],
    ['status:503,from=2,count=2', [200, 503, 503, 200, 200]],
    ['status:503,route=/deals', [200, 200, 200, 200, 200]],
    ['status:503,route=GET /crm/objects', [503, 503, 503, 503, 503]],
    ['status:503', [503, 503, 503, 503, 503]],
  ])('%s', async (fault, expected) => {
    const world = await openWorld({ faults: [fault] });
    expect(await statuses(world, 5)).toEqual(expected);
  });

  test('share=0.3 hits about a third, and the same ones in every run', async () => {
    const seen = await failing();
    expect(seen.filter((status) => status === 500).length).toBeGreaterThanOrEqual(28);
    expect(seen.filter((status) => status === 500).length).toBeLessThanOrEqual(32);
    expect(await failing()).toEqual(seen);
  });

  test('only requests of the named route are counted', async () => {
    const world = await openWorld({ faults: ['status:500,n=2,route=/deals'] });
    await statuses(world, 3);
    expect(await statuses(world, 2, '/crm/objects/2026-09/deals')).toEqual([200, 500]);
  });
});

describe('broken connections', () => {
  test('reset ends the connection before anything happened', async () => {
    const { ask, sandbox } = await openWorld({ faults: ['reset:n=1'] });
    await expect(
      ask('PATCH', '/crm/objects/2026-09/companies/101', { properties: { city: 'Lima' } }),
    ).rejects.toThrow(TypeError);
    expect(sandbox.record('company', '101')?.properties['city']).toBeUndefined();
    expect(sandbox.requests()).toMatchObject([{ status: 0, method: 'PATCH' }]);
  });

  test('reset-after ends it after the write has happened', async () => {
    const { ask, sandbox } = await openWorld({ faults: ['reset-after:n=1'] });
    await expect(
      ask('PATCH', '/crm/objects/2026-09/companies/101', { properties: { city: 'Lima' } }),
    ).rejects.toThrow(TypeError);
    expect(sandbox.record('company', '101')?.properties['city']).toBe('Lima');
  });

  test('reset-body ends it in the middle of the body', async () => {
    const { ask } = await openWorld({ faults: ['reset-body:n=1'] });
    await expect(ask('GET', list)).rejects.toThrow(TypeError);
  });

  test('hang never answers, until the caller hangs up', async () => {
    const { sandbox } = await openWorld({ faults: ['hang:n=1'] });
    const caller = new AbortController();
    const headers = { authorization: `Bearer ${sandbox.seed.accessToken}` };
    const waiting = fetch(sandbox.url + list, { signal: caller.signal, headers });
    const other = await fetch(sandbox.url + list, { headers });
    expect(other.status).toBe(200);
    caller.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });

  test('a sandbox with a hanging request can be closed', async () => {
    const { ask, sandbox } = await openWorld({ faults: ['hang'] });
    const waiting = ask('GET', list).catch((error: unknown) => error);
    await fetch(`${sandbox.url}/__sandbox/health`);
    await sandbox.close();
    expect(await waiting).toBeInstanceOf(TypeError);
  });

  test('slow and drip deliver everything in the end', async () => {
    const { ask } = await openWorld({ faults: ['slow:1,n=1', 'drip:0,n=2'] });
    const first = await ask('GET', list);
    expect((await ask('GET', list)).text).toBe(first.text);
  });
});

describe('broken answers', () => {
  test('truncated, empty, HTML, byte order mark, other content type: all with status 200', async () => {
    const faults = ['truncated:n=1', 'empty-body:n=2', 'html:n=3', 'bom:n=4', 'content-type:n=5'];
    const { ask } = await openWorld({ faults });
    const truncated = await ask('GET', list);
    expect(() => truncated.body).toThrow(SyntaxError);
    const empty = await ask('GET', list);
    expect(empty.text).toBe('');
    const html = await ask('GET', list);
    expect(html.text).toContain('<html>');
    expect(html.headers.get('content-type')).toContain('text/html');
    const marked = await ask('GET', list);
    expect(marked.status).toBe(200);
    const other = await ask('GET', list);
    expect(other.headers.get('content-type')).toBe('text/plain');
    for (const answer of [truncated, empty, html, other]) expect(answer.status).toBe(200);
  });

  test('the byte order mark is on the wire', async () => {
    const { sandbox } = await openWorld({ faults: ['bom'] });
    const headers = { authorization: `Bearer ${sandbox.seed.accessToken}` };
    const bytes = new Uint8Array(await (await fetch(sandbox.url + list, { headers })).arrayBuffer());
    expect(bytes.slice(0, 3)).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf));
  });

  test('a failing gateway answers in HTML, HubSpot itself in JSON, and Retry-After is there when asked for', async () => {
    const { ask } = await openWorld({
      faults: ['status:502,n=1', 'status:500,n=2', 'status:477,n=3,retry-after=60'],
    });
    expect((await ask('GET', list)).text).toContain('<html>');
    expect((await ask('GET', list)).body).toMatchObject({ status: 'error', message: 'internal error' });
    const migrating = await ask('GET', list);
    expect(migrating.status).toBe(477);
    expect(migrating.headers.get('retry-after')).toBe('60');
  });

  test('an injected failure does not reach the account', async () => {
    const { ask, sandbox } = await openWorld({ faults: ['status:503'] });
    await ask('PATCH', '/crm/objects/2026-09/companies/101', { properties: { city: 'Lima' } });
    expect(sandbox.record('company', '101')?.properties['city']).toBeUndefined();
  });

  test.each(['TEN_SECONDLY_ROLLING', 'SECONDLY', 'DAILY'])(
    'rate-limit:%s answers 429 with this policy',
    async (policy) => {
      const { ask } = await openWorld({ faults: [`rate-limit:${policy},n=1`] });
      const { status, body } = await ask('GET', list);
      expect(status).toBe(429);
      expect(body).toMatchObject({ policyName: policy, errorType: 'RATE_LIMIT' });
      expect((await ask('GET', list)).status).toBe(200);
    },
  );

  test('unauthorized and forbidden look like a revoked token and a lost scope', async () => {
    const { ask } = await openWorld({ faults: ['unauthorized:from=3', 'forbidden:route=/emails'] });
    expect((await ask('GET', list)).status).toBe(200);
    const forbidden = await ask('GET', '/crm/objects/2026-09/emails');
    expect(forbidden.status).toBe(403);
    expect(forbidden.text).toContain('sales-email-read');
    expect((await ask('GET', list)).status).toBe(401);
  });
});

const inputs = (withTraces: boolean) =>
  ['101', '102', '103'].map((id) => ({
    id,
    properties: { city: 'Lima' },
    ...(withTraces ? { objectWriteTraceId: id } : {}),
  }));

describe('poison', () => {
  test('spoils a whole batch without trace ids, one record with them, and single writes', async () => {
    const { ask, sandbox } = await openWorld({ faults: ['poison:id=102'] });
    const path = '/crm/objects/2026-09/companies/batch/update';
    expect((await ask('POST', path, { inputs: inputs(false) })).status).toBe(400);
    expect(sandbox.record('company', '101')?.properties['city']).toBeUndefined();
    const partial = await ask('POST', path, { inputs: inputs(true) });
    expect(partial.status).toBe(207);
    expect(idsOf(partial.body)).toEqual(['101', '103']);
    const single = await ask('PATCH', '/crm/objects/2026-09/companies/102', { properties: { city: 'Lima' } });
    expect(single.status).toBe(400);
  });
});

/** Follows cursors as a careful client does; ends at a cursor it has seen. */
async function readAll(ask: (after: string | null) => Promise<{ ids: string[]; after: unknown }>) {
  const ids: string[] = [];
  const seen = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const page = await ask(after);
    ids.push(...page.ids);
    if (page.after === undefined) return { ids, repeated: false };
    after = String(page.after);
    if (seen.has(after)) return { ids, repeated: true };
    seen.add(after);
  }
}

const byList = async (world: World) =>
  await readAll(async (after) => {
    const { body } = await world.ask('GET', after === null ? list : `${list}&after=${after}`);
    return { ids: idsOf(body), after: body.paging?.next.after };
  });
const bySearch = async (world: World) =>
  await readAll(async (after) => {
    world.tick.ms += 1000;
    const { body } = await world.ask('POST', search, { limit: 2, ...(after === null ? {} : { after }) });
    return { ids: idsOf(body), after: body.paging?.next.after };
  });

/** The links of one company, a page of one at a time. */
const targets = async (fault: string) => {
  const { ask } = await openWorld({ faults: [fault], associationPageSize: 1 });
  return await readAll(async (after) => {
    const inputs = [after === null ? { id: '101' } : { id: '101', after }];
    const path = '/crm/associations/2026-09/companies/deals/batch/read';
    const [row] = (await ask('POST', path, { inputs })).body.results;
    return { ids: row?.to.map(({ toObjectId }) => toObjectId) ?? [], after: row?.paging?.next.after };
  });
};

describe('spoilt pages', () => {
  const everyone = ['101', '102', '103', '104', '105', '106', '110', '111', '112'];

  test.each(['empty-page:n=1', 'empty-page:n=2', 'empty-page:every=2', 'short-page', 'numeric-cursor'])(
    '%s: every link can still be reached',
    async (fault) => {
      expect(await targets(fault)).toEqual({ ids: ['201', '202', '203'], repeated: false });
    },
  );

  test('repeated-cursor sends the reader of links in circles', async () => {
    expect(await targets('repeated-cursor:n=2')).toMatchObject({ repeated: true });
  });

  test.each([
    ['empty-page:n=1'],
    ['empty-page:n=3'],
    ['empty-page:every=2'],
    ['short-page:n=2'],
    ['short-page'],
    ['numeric-cursor'],
  ])('%s: every row can still be reached, by list and by search', async (fault) => {
    expect(await byList(await openWorld({ faults: [fault] }))).toEqual({ ids: everyone, repeated: false });
    expect(await bySearch(await openWorld({ faults: [fault] }))).toEqual({ ids: everyone, repeated: false });
  });

  test('repeated-cursor sends the caller in circles', async () => {
    expect(await byList(await openWorld({ faults: ['repeated-cursor:n=3'] }))).toMatchObject({
      repeated: true,
    });
    expect(await bySearch(await openWorld({ faults: ['repeated-cursor:n=3'] }))).toMatchObject({
      repeated: true,
    });
  });

  test('an empty page has a cursor', async () => {
    const { ask } = await openWorld({ faults: ['empty-page:n=1'] });
    const { body } = await ask('GET', list);
    expect(body.results).toEqual([]);
    expect(body.paging?.next.after).toBe('0');
  });

  test('numeric-cursor turns the cursors of associations to numbers too', async () => {
    const { ask } = await openWorld({ faults: ['numeric-cursor'], associationPageSize: 1 });
    const inputs = [{ id: '101' }];
    const { body } = await ask('POST', '/crm/associations/2026-09/companies/deals/batch/read', { inputs });
    expect(body.results[0]?.paging?.next.after).toBe(201);
  });
});

test('numeric-ids turns ids to numbers with all their digits', async () => {
  const { ask, sandbox } = await openWorld({ faults: ['numeric-ids'] });
  const inputs = [{ id: '104' }];
  const batch = await ask('POST', '/crm/associations/2026-09/companies/deals/batch/read', { inputs });
  expect(batch.body.results).toMatchObject([{ from: { id: 104 }, to: [{ toObjectId: 203 }] }]);
  const one = await ask('GET', '/crm/objects/2026-09/companies/104/associations/deals');
  expect(one.body.results).toMatchObject([{ toObjectId: 203 }]);
  sandbox.mutate({ do: 'create', type: 'deal', id: '9007199254740993', properties: { dealname: 'Long' } });
  const long = await ask('GET', '/crm/objects/2026-09/deals/9007199254740993');
  expect(long.text).toContain('"id":9007199254740993,');
});

test('unknown-fields adds a field to every object of an answer', async () => {
  const { ask } = await openWorld({ faults: ['unknown-fields'] });
  const { body } = await ask('GET', list);
  const newInHubSpot = 'unheard of';
  expect(body).toMatchObject({
    newInHubSpot,
    results: [{ id: '101', newInHubSpot, properties: { name: 'Alder Networks', newInHubSpot } }, {}],
    paging: { newInHubSpot, next: { newInHubSpot, after: '102' } },
  });
});

test('unread keeps one record out of a batch and says so, of records and of associations', async () => {
  const { ask } = await openWorld({ faults: ['unread:id=102,count=2'] });
  const inputs = [{ id: '101' }, { id: '102' }];
  for (const path of [
    '/crm/objects/2026-09/companies/batch/read',
    '/crm/associations/2026-09/companies/deals/batch/read',
  ]) {
    const { status, body } = await ask('POST', path, { inputs });
    expect([status, body.results.length, body.numErrors]).toEqual([207, 1, 1]);
    expect(body.errors).toMatchObject([{ category: 'INTERNAL_ERROR', context: { ids: ['102'] } }]);
  }
  const whole = await ask('POST', '/crm/objects/2026-09/companies/batch/read', { inputs });
  expect([whole.status, whole.body.results.length]).toEqual([200, 2]);
});

test('a gzip-bomb unpacks to far more than it weighs', async () => {
  const { sandbox } = await openWorld({ faults: ['gzip-bomb'] });
  const headers = { authorization: `Bearer ${sandbox.seed.accessToken}` };
  const answer = await fetch(sandbox.url + list, { headers });
  const bytes = (await answer.arrayBuffer()).byteLength;
  expect(Number(answer.headers.get('content-length'))).toBeLessThan(bytes / 500);
});

describe('change', () => {
  const edit = { do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } } as const;

  test('changes the account just before the request that it names is answered', async () => {
    const { ask, sandbox } = await openWorld({ faults: [`change:n=2,${JSON.stringify(edit)}`] });
    const city = async () =>
      (await ask('GET', '/crm/objects/2026-09/companies/101?properties=city')).body.properties['city'];
    expect([await city(), await city()]).toEqual([null, 'Lima']);
    expect(sandbox.record('company', '101')?.properties['city']).toBe('Lima');
  });

  test.each(['change:n=2', 'change:n=2,{"do":"explode"}', 'change:n=2,{"do":'])(
    '%s is refused',
    async (spec) => {
      await expect(openWorld({ faults: [spec] })).rejects.toThrow('needs a mutation as JSON at its end');
    },
  );
});

test('text-ids sorts and compares record ids as texts', async () => {
  const world = await openWorld({ faults: ['text-ids'] });
  world.sandbox.mutate({ do: 'create', type: 'company', id: '1015', properties: { name: 'Long id' } });
  const { body } = await world.ask('POST', search, { sorts: ['hs_object_id'] });
  expect(idsOf(body).slice(0, 3)).toEqual(['101', '1015', '102']);
  const filters = [{ propertyName: 'hs_object_id', operator: 'GT', value: '1015' }];
  const after = await world.ask('POST', search, { filterGroups: [{ filters }], sorts: ['hs_object_id'] });
  expect(idsOf(after.body).slice(0, 2)).toEqual(['102', '103']);
});

describe('asking for faults', () => {
  test.each([
    ['earthquake', 'no fault called "earthquake". Known: reset:n=5,'],
    ['status', 'needs a number from 400 to 599'],
    ['status:200', 'needs a number from 400 to 599'],
    ['reset:n=0', 'needs a number from 1'],
    ['reset:when=now', 'has no argument "when"'],
    ['slow:1,2', 'two values without a name'],
    ['rate-limit:HOURLY', 'needs one of TEN_SECONDLY_ROLLING, SECONDLY, DAILY'],
    ['poison', 'needs the id of a record'],
    ['index-lag:soon', 'needs a number'],
    ['toString', 'no fault called "toString"'],
  ])('"%s" is refused with help', async (fault, help) => {
    await expect(openWorld({ faults: [fault] })).rejects.toThrow(UsageError);
    await expect(openWorld({ faults: [fault] })).rejects.toThrow(help);
  });

  test('they can be added and cleared while the sandbox runs', async () => {
    const world = await openWorld();
    world.sandbox.addFault('status:500');
    expect(await statuses(world, 1)).toEqual([500]);
    world.sandbox.clearFaults();
    expect(await statuses(world, 1)).toEqual([200]);
    expect(() => world.sandbox.addFault('earthquake')).toThrow(UsageError);
  });
});
