/** Search looks only at what can match. A question of two equal groups is not narrowed, and must answer the same. */
import { expect, test } from 'vitest';
import { createReferencePortal } from '../../src/sandbox/programmes/reference.ts';
import { createRandom } from '../../src/sandbox/programmes/random.ts';
import { idsOf, openWorld } from './harness.ts';
import type { World } from './harness.ts';

const now = Date.UTC(2026, 8, 1, 2, 30);
const { seed, cast } = createReferencePortal({ scale: 0.002, seed: 5, now });
const ids = seed.records.filter(({ type }) => type === 'note').map(({ id }) => id);
const dayMs = 86_400_000;

type Filter = Readonly<Record<string, unknown>>;

async function answers(world: World, filters: readonly Filter[], groups: number): Promise<unknown> {
  const { body } = await world.ask('POST', '/crm/objects/2026-09/notes/search', {
    filterGroups: Array.from({ length: groups }, () => ({ filters })),
    sorts: ['hs_lastmodifieddate'],
    limit: 200,
  });
  return [body.total, idsOf(body)];
}

function modified(operator: string, more: Filter): Filter {
  return { propertyName: 'hs_lastmodifieddate', operator, ...more };
}

function byId(operator: string, more: Filter): Filter {
  return { propertyName: 'hs_object_id', operator, ...more };
}

test.each([0, 60_000])(
  'the same answers as from looking at everything, with an index %i ms late',
  async (lag) => {
    const world = await openWorld({ seed, clock: () => now, limits: 'off', indexLagMs: lag });
    const random = createRandom(1);
    for (let round = 0; round < 15; round += 1) {
      const id = random.pick(ids);
      world.sandbox.mutate({ do: 'edit', type: 'note', id, properties: { hs_note_body: `Round ${round}` } });
      world.sandbox.mutate({
        do: round % 3 === 0 ? 'delete' : 'restore',
        type: 'note',
        id: random.pick(ids),
      });
      world.tick.ms += 10_000;
      const from = now - random.integer(0, 700) * dayMs;
      const questions: Filter[][] = [
        [modified('BETWEEN', { value: String(from), highValue: String(from + 90 * dayMs) })],
        [modified('GTE', { value: String(from) })],
        [modified('GT', { value: new Date(from).toISOString() }), byId('GT', { value: random.pick(ids) })],
        [modified('EQ', { value: String(now) }), byId('GT', { value: random.pick(ids) })],
        [modified('LT', { value: String(from) })],
        [byId('IN', { values: [random.pick(ids), random.pick(ids), '7'] })],
        [byId('EQ', { value: id })],
        [byId('GT', { value: id })],
      ];
      for (const filters of questions) {
        expect(await answers(world, filters, 1)).toEqual(await answers(world, filters, 2));
      }
    }
  },
);

test('an account of the same seed is the same, and of the asked size', () => {
  expect(createReferencePortal({ scale: 0.002, seed: 5, now }).seed).toEqual(seed);
  const living = (type: string): number =>
    seed.records.filter((record) => record.type === type && record.archivedAt === null).length;
  expect([living('company'), living('deal'), living('note'), cast.partners.length]).toEqual([
    200, 400, 333, 20,
  ]);
  const onPartners = new Set(cast.partners);
  const linked = (type: string): number =>
    new Set(
      seed.associations
        .filter(
          ({ fromType, toId, fromId }) =>
            fromType === type && onPartners.has(toId) && !isArchived(type, fromId),
        )
        .map(({ fromId }) => fromId),
    ).size;
  expect([linked('deal'), linked('note')]).toEqual([120, 100]);
  const latest = Math.max(...seed.records.map(({ updatedAt }) => updatedAt));
  expect(now - latest).toBeGreaterThan(2 * dayMs);
  expect(new Set(seed.records.map(({ id }) => id.length))).toEqual(new Set([11, 12]));
});

const archived = new Set(
  seed.records.filter(({ archivedAt }) => archivedAt !== null).map(({ type, id }) => `${type}/${id}`),
);
function isArchived(type: string, id: string): boolean {
  return archived.has(`${type}/${id}`);
}
