/** Rows 15, 16, 18 and 19 of the fault matrix: HubSpot refuses a part, a whole batch, or every value of a property. */
import { beforeAll, describe, expect, test } from 'vitest';
import { InvalidBatchError } from '../../src/hubspot/errors.ts';
import { applyProvision, planProvision } from '../../src/publish/provision.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { readPublishFailures } from '../../src/store/publishing.ts';
import { tinyCompanies, tinyPartnerIds } from '../world/tiny-portal.ts';
import { open, undisturbed, type World } from './world.ts';

let expected: Awaited<ReturnType<typeof undisturbed>>;

beforeAll(async () => {
  expected = await undisturbed();
});

const refused = [tinyCompanies.silent, tinyCompanies.dormant];

/** How often a request of this kind was sent. */
function sent({ sandbox }: World, route: string): number {
  return sandbox.requests().filter((request) => request.route.endsWith(route)).length;
}

function showing(world: World): string[] {
  return [...world.shown()].filter(([, values]) => 'rekindle_status' in values).map(([id]) => id);
}

describe('row 15: a batch succeeds in part', () => {
  test.each(['by-trace-id', 'per-record'])(
    'records that could not be written (%s) are recorded, and the next run writes them alone',
    async (mode) => {
      const faults = [...refused.map((id) => `poison:id=${id}`), `batch-errors:${mode}`];
      const world = await open({ faults });
      const { summary } = await world.run();
      expect(summary).toMatchObject({
        outcome: 'partial',
        publish: { changed: tinyPartnerIds.length - refused.length, failed: refused.length },
      });
      const failures = await readPublishFailures(world.database.store.db, summary.runId);
      expect(failures.map(({ partnerId }) => partnerId)).toEqual(refused);
      expect(showing(world)).toEqual(tinyPartnerIds.filter((id) => !refused.some((one) => one === id)));

      world.sandbox.clearFaults();
      world.writes();
      const next = await world.run();
      expect(next.summary).toMatchObject({ outcome: 'ok', publish: { changed: refused.length, failed: 0 } });
      expect(world.writes()).toBe(1);
      expect(await world.state()).toEqual(expected.state);
    },
  );

  test.each([
    ['a deal', 'unread:id=203,count=1,route=/deals/batch/read'],
    ['the links of a company', `unread:id=${tinyCompanies.active},count=2,route=/companies/deals/batch/read`],
  ])('%s that could not be read is asked for again, alone', async (_, fault) => {
    const world = await open({ faults: [fault] });
    expect((await world.run()).summary.outcome).toBe('ok');
    expect(await world.state()).toEqual(expected.state);
    expect(world.requests()).toBeLessThanOrEqual(expected.requests + 2);
  });

  test('a record that stays unread ends the run before anything is written: it is not taken for deleted', async () => {
    const world = await open();
    await world.run();
    const before = await world.state();
    world.sandbox.addFault(`unread:id=${tinyCompanies.active}`);
    world.writes();
    await expect(world.run()).rejects.toThrow(/could not read 1 of the records/);
    expect(await world.state()).toEqual(before);
    expect(world.writes()).toBe(0);
  });
});

describe('row 16: a batch is refused as a whole', () => {
  const now = Date.parse('2026-06-15T12:00:00Z');
  const hundred = createProgramme({ programme: 'reseller', partners: 100, seed: 9, now, otherCompanies: 0 });

  test('because of one bad value: halving finds the record, and the other ninety-nine are written', async () => {
    const [, , poisoned] = hundred.truth;
    const id = poisoned?.companyId ?? '';
    const world = await open({ now, faults: [`poison:id=${id}`, 'batch-errors:whole-batch'] }, hundred);
    const { summary, failures } = await world.run();
    expect(summary).toMatchObject({ outcome: 'partial', publish: { changed: 99, failed: 1 } });
    expect(failures).toMatchObject([{ id, message: expect.stringContaining('breaks a rule') }]);
    expect(showing(world)).toHaveLength(99);
    expect(sent(world, '/companies/batch/update')).toBeLessThanOrEqual(15);
    world.sandbox.clearFaults();
    expect((await world.run()).summary.publish).toMatchObject({ changed: 1, failed: 0, unchanged: 99 });
  });

  test('because an id is in it twice: nothing of it is written, and the caller is told', async () => {
    const { hubspot, shown } = await open();
    const id = tinyCompanies.active;
    const twice = ['10', '20'].map((health) => ({ id, properties: { rekindle_health: health } }));
    await expect(hubspot.updateCompanies(twice)).rejects.toThrow(InvalidBatchError);
    expect(shown().get(id)).toEqual({});
  });
});

type Change = { readonly name: string; readonly mutation: object; readonly says: RegExp };
const company = { type: 'company', name: 'rekindle_status' } as const;

const changes: readonly Change[] = [
  {
    name: 'row 18: our property is deleted',
    mutation: { do: 'archiveProperty', ...company },
    says: /lacks 1 of Rekindle's company properties.*rekindle_status.*`rekindle provision`, then run again/s,
  },
  {
    name: 'row 18: our property gets another type',
    mutation: { do: 'changeProperty', ...company, changes: { type: 'number', fieldType: 'number' } },
    says: /rekindle_status has type number, Rekindle writes enumeration. Delete it in HubSpot/,
  },
  {
    name: 'row 18: our property becomes read-only',
    mutation: { do: 'changeProperty', ...company, changes: { readOnlyValue: true } },
    says: /rekindle_status is read-only for apps. Allow edits/,
  },
  {
    name: 'row 19: our options are removed',
    mutation: {
      do: 'changeProperty',
      ...company,
      changes: { options: [{ label: 'Active', value: 'active' }] },
    },
    says: /lacks 1 of Rekindle's company properties or their options \(rekindle_status\)/,
  },
  {
    name: 'row 19: an option of ours is renamed to another value',
    mutation: {
      do: 'changeProperty',
      ...company,
      changes: { options: [{ label: 'Active', value: 'thriving' }] },
    },
    says: /`rekindle provision`, then run again/,
  },
];

const cases = changes.flatMap((change, index) => {
  const modes = index % 2 === 0 ? ['by-trace-id', 'whole-batch'] : ['whole-batch'];
  return modes.map((mode) => ({ ...change, mode }));
});

test.each(cases)(
  '$name between the look at our properties and the write ($mode): the run stops at once and says what to mend, and then everything is written',
  async ({ mode, mutation, says }) => {
    const world = await open({ faults: [`batch-errors:${mode}`] });
    world.sandbox.addFault(`change:n=1,route=/batch/update,${JSON.stringify(mutation)}`);
    await expect(world.run()).rejects.toThrow(says);
    expect(await world.latestRun()).toMatchObject({
      outcome: 'failed',
      error: expect.stringMatching(says),
    });
    expect(sent(world, '/companies/batch/update')).toBe(1);

    // The next run looks before it writes.
    const before = world.shown();
    await expect(world.run()).rejects.toThrow(says);
    expect(sent(world, '/companies/batch/update')).toBe(1);
    expect(world.shown()).toEqual(before);

    await mend(world, mutation);
    expect((await world.run()).summary.outcome).toBe('ok');
    expect(await world.state()).toEqual(expected.state);
  },
);

/** What the error asks for: a person's part, then `rekindle provision`. */
async function mend({ sandbox, hubspot }: World, mutation: object): Promise<void> {
  if ('changes' in mutation) {
    const changes = mutation.changes as Readonly<Record<string, unknown>>;
    if ('type' in changes) sandbox.mutate({ do: 'archiveProperty', ...company });
    if ('readOnlyValue' in changes) {
      sandbox.mutate({ do: 'changeProperty', ...company, changes: { readOnlyValue: false } });
    }
  }
  await applyProvision(hubspot, await planProvision(hubspot));
}
