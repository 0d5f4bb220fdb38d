import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { UsageError } from '../../src/model/errors.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';
import { closeWorlds, openWorld } from './harness.ts';
import type { World } from './harness.ts';

let folder = '';
let stateFile = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekindle-sandbox-'));
  stateFile = join(folder, 'state.json');
});
afterEach(async () => {
  await closeWorlds();
  await rm(folder, { recursive: true });
});

/** Acts on a first sandbox, closes it, and opens a second one over the same file. */
async function restarted(act: (world: World) => Promise<void> | void, seed: PortalSeed = createTinyPortal()) {
  const first = await openWorld({ stateFile });
  await act(first);
  await first.sandbox.close();
  return await openWorld({ stateFile, seed });
}

/** The tiny portal a month later: another deal, other values, an association more. */
function laterSeed(): PortalSeed {
  const seed = createTinyPortal();
  const deal = seed.records.find((record) => record.type === 'deal');
  if (deal === undefined) throw new Error('The tiny portal has no deal.');
  const records = seed.records.map((record) =>
    record.type === 'company' && record.id === '101'
      ? { ...record, properties: { ...record.properties, name: 'Alder Group', city: 'Porto' } }
      : record,
  );
  return {
    ...seed,
    records: [...records, { ...deal, id: '298' }],
    associations: [...seed.associations, { fromType: 'company', fromId: '101', toType: 'deal', toId: '298' }],
  };
}

describe('after a restart', () => {
  test('everything that was changed is as it was', async () => {
    let before = {};
    const { sandbox } = await restarted(async ({ ask, sandbox: first }) => {
      await ask('PATCH', '/crm/objects/2026-09/companies/101', {
        properties: { city: 'Lima', partner_tier: '' },
      });
      await ask('POST', '/crm/objects/2026-09/companies', { properties: { name: 'Kauri' } });
      first.mutate({ do: 'delete', type: 'company', id: '103' });
      first.mutate({ do: 'restore', type: 'company', id: '120' });
      first.mutate({ do: 'erase', type: 'company', id: '112' });
      first.mutate({ do: 'associate', fromType: 'company', fromId: '106', toType: 'deal', toId: '204' });
      first.mutate({ do: 'dissociate', fromType: 'company', fromId: '101', toType: 'deal', toId: '201' });
      first.mutate({ do: 'merge', type: 'company', primaryId: '104', mergedId: '102' });
      before = normal(first.truth());
    });
    expect(normal(sandbox.truth())).toEqual(before);
  });

  test('definitions and groups are there, and archived ones are not', async () => {
    const { ask } = await restarted(async ({ ask: first }) => {
      const path = '/crm/properties/2026-09/companies';
      await first('POST', `${path}/groups`, { name: 'rekindle', label: 'Rekindle' });
      await first('POST', path, {
        name: 'note_x',
        label: 'N',
        type: 'string',
        fieldType: 'text',
        groupName: 'rekindle',
      });
      await first('PATCH', '/crm/objects/2026-09/companies/101', { properties: { note_x: 'kept' } });
      await first('DELETE', `${path}/partner_region`);
    });
    expect((await ask('GET', '/crm/properties/2026-09/companies/note_x')).body).toMatchObject({
      groupName: 'rekindle',
    });
    expect((await ask('GET', '/crm/properties/2026-09/companies/partner_region')).status).toBe(404);
    const { body } = await ask('GET', '/crm/objects/2026-09/companies/101?properties=note_x');
    expect(body.properties['note_x']).toBe('kept');
  });

  test('a merged id still answers with its survivor, and a second merge is kept too', async () => {
    let survivor = '';
    const { ask, sandbox } = await restarted(({ sandbox: first }) => {
      const { record } = first.mutate({ do: 'merge', type: 'company', primaryId: '101', mergedId: '102' });
      const second = first.mutate({
        do: 'merge',
        type: 'company',
        primaryId: record?.id ?? '',
        mergedId: '105',
      });
      survivor = second.record?.id ?? '';
    });
    for (const id of ['101', '102', '105', '95']) expect(sandbox.record('company', id)?.id).toBe(survivor);
    const { body } = await ask('GET', `/crm/objects/2026-09/companies/${survivor}/associations/deals`);
    expect(body.results).toHaveLength(5);
  });

  test('new ids do not run into those given before', async () => {
    let firstId = '';
    const { ask } = await restarted(async ({ ask: first }) => {
      firstId = (await first('POST', '/crm/objects/2026-09/companies', { properties: { name: 'A' } })).body
        .id;
    });
    const second = await ask('POST', '/crm/objects/2026-09/companies', { properties: { name: 'B' } });
    expect(BigInt(second.body.id)).toBeGreaterThan(BigInt(firstId));
  });

  test('the modified date of what was written stays', async () => {
    const { sandbox } = await restarted(({ sandbox: first }) => {
      first.setClock(() => tinyNow + millisecondsPerDay);
      first.mutate({ do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } });
    });
    expect(sandbox.record('company', '101')?.updatedAt).toBe(tinyNow + millisecondsPerDay);
  });
});

describe('over a later seed of the same account', () => {
  test('written values win, everything else is the seed’s', async () => {
    const { sandbox } = await restarted(({ sandbox: first }) => {
      first.mutate({ do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } });
    }, laterSeed());
    expect(sandbox.record('company', '101')?.properties).toMatchObject({ name: 'Alder Group', city: 'Lima' });
    expect(sandbox.record('deal', '298')).toBeDefined();
  });

  test('a survivor takes over what the seed newly gives to the ids it replaced', async () => {
    let survivor = '';
    const { ask } = await restarted(({ sandbox: first }) => {
      survivor =
        first.mutate({ do: 'merge', type: 'company', primaryId: '101', mergedId: '102' }).record?.id ?? '';
    }, laterSeed());
    const { body } = await ask('GET', `/crm/objects/2026-09/companies/${survivor}/associations/deals`);
    expect(body.results).toMatchObject(
      ['201', '202', '203', '204', '298'].map((toObjectId) => ({ toObjectId })),
    );
  });
});

test('two restarts in a row lose nothing', async () => {
  const second = await restarted(({ sandbox }) => {
    sandbox.mutate({ do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } });
  });
  second.sandbox.mutate({ do: 'edit', type: 'company', id: '101', properties: { zip: '15001' } });
  await second.sandbox.close();
  const third = await openWorld({ stateFile });
  expect(third.sandbox.record('company', '101')?.properties).toMatchObject({ city: 'Lima', zip: '15001' });
});

test('nothing is written where nothing was changed, and no half file is left behind', async () => {
  const { sandbox } = await openWorld({ stateFile });
  await sandbox.close();
  expect(await readdir(folder)).toEqual([]);
  const changed = await restarted(({ sandbox: first }) => {
    first.mutate({ do: 'delete', type: 'company', id: '101' });
  });
  await changed.sandbox.close();
  expect(await readdir(folder)).toEqual(['state.json']);
  expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({ format: 1, portalId: '7654321' });
});

test.each([
  ['is damaged', '{"format":1', 'is damaged'],
  ['is of another version', '{"format":2}', 'not one of this version'],
  [
    'belongs to another account',
    '{"format":1,"portalId":"1","created":[],"written":[],"archived":[],"removed":[],"associations":[],"properties":[],"groups":[]}',
    'belongs to account 1',
  ],
])('a file that %s is refused with a sentence and left alone', async (_, text, sentence) => {
  await writeFile(stateFile, text);
  await expect(openWorld({ stateFile })).rejects.toThrow(UsageError);
  await expect(openWorld({ stateFile })).rejects.toThrow(sentence);
  expect(await readFile(stateFile, 'utf8')).toBe(text);
});

/** Records and associations have no order of their own. */
function normal(truth: ReturnType<World['sandbox']['truth']>): object {
  return {
    records: texts(
      truth.records.map((record) => ({ ...record, properties: Object.entries(record.properties).sort() })),
    ),
    associations: texts(truth.associations),
    merges: texts(truth.merges),
  };
}

function texts(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
}
