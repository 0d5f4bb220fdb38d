/** Under which verdict a company stood on a day, when companies were merged since: its own then, never the other's. */
import { expect, test } from 'vitest';
import { standingAt, type Standing } from '../../src/insight/standing.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { Status } from '../../src/model/verdict.ts';
import { readKnownPartner, savePartners } from '../../src/store/partners.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { freshStore } from '../store/fresh.ts';
import { noon, partner, verdict } from '../store/samples.ts';

const store = freshStore();
const day = (number: number): Instant => noon + number * millisecondsPerDay;

async function partners(...ids: string[]): Promise<void> {
  await savePartners(
    store().db,
    's1',
    ids.map((id) => partner(id)),
  );
}

async function judge(at: number, statuses: Readonly<Record<string, Status>>): Promise<void> {
  const made = { assessedAt: day(at), statusChangedAt: day(at) };
  await saveVerdicts(
    store().db,
    `run ${at}`,
    Object.entries(statuses).map(([id, status]) => verdict(id, { status, ...made })),
  );
}

/** HubSpot shows `survivor` with these ids merged into it; a new company has no verdict of ours. */
async function merge(at: number, survivor: string, ...mergedIds: string[]): Promise<void> {
  await savePartners(store().db, `s ${at}`, [partner(survivor, { mergedIds, updatedAt: day(at) })]);
}

async function standing(companyId: string, at: number | null = null): Promise<Standing> {
  const { db } = store();
  const known = await readKnownPartner(db, companyId);
  return await standingAt(db, {
    companyId,
    partnerId: known?.partner.id ?? companyId,
    at: at === null ? null : day(at),
  });
}

/** Day by day, from 0 on. */
async function lived(companyId: string, days: number): Promise<(Status | null)[]> {
  const statuses: (Status | null)[] = [];
  for (let at = 0; at < days; at += 1) {
    const { verdict: stood } = await standing(companyId, at + 0.5);
    statuses.push(stood?.status ?? null);
  }
  return statuses;
}

test.each([
  ['older', ['S', 'A']],
  ['newer', ['A', 'S']],
])('a survivor that was judged before, %s than the other, stays under its own verdicts', async (_, order) => {
  await partners('A', 'S');
  for (const [at, id] of order.entries()) await judge(at, { [id]: id === 'S' ? 'active' : 'at_risk' });
  await judge(3, { A: 'inactive' });
  await merge(5, 'S', 'A');
  await judge(6, { S: 'cooling' });

  const first = order[0] === 'S' ? 'active' : null;
  expect(await lived('S', 8)).toEqual([
    first, 'active', 'active', 'active', 'active', 'active', 'cooling', 'cooling',
  ]); // prettier-ignore
  expect((await standing('S')).before?.status).toBe('active');
  expect((await standing('S')).changes.map(({ to }) => to)).toEqual(['cooling', 'active']);
});

test('a merged company stood under its own verdicts until the merge, and under the survivor’s from then on', async () => {
  await partners('A', 'S');
  await judge(0, { S: 'active', A: 'at_risk' });
  await judge(3, { A: 'inactive' });
  await merge(5, 'S', 'A');
  await judge(6, { S: 'cooling' });

  expect(await lived('A', 8)).toEqual([
    'at_risk', 'at_risk', 'at_risk', 'inactive', 'inactive', 'active', 'cooling', 'cooling',
  ]); // prettier-ignore
  expect((await standing('A', 4)).before?.status).toBe('at_risk');
  expect(await standing('A', 4)).toMatchObject({ judgedId: 'A', keptAs: 'A', merges: [] });
  const now = await standing('A');
  expect(now).toMatchObject({ judgedId: 'S', keptAs: 'S', verdict: { status: 'cooling' } });
  expect(now.changes.map(({ to }) => to)).toEqual(['cooling', 'inactive', 'at_risk']);
  expect(now.merges).toEqual([{ mergedId: 'A', survivorId: 'S', mergedAt: day(5), inherited: false }]);
});

test('a survivor that is new to us goes on where the one stood whose standing it took over', async () => {
  await partners('A', 'B');
  await judge(0, { A: 'at_risk', B: 'active' });
  await judge(2, { A: 'inactive' });
  await judge(3, { B: 'cooling' });
  await merge(5, 'M', 'A', 'B');
  await judge(6, { M: 'at_risk' });

  const ofB = ['active', 'active', 'active', 'cooling', 'cooling', 'cooling', 'at_risk'];
  expect(await lived('M', 7)).toEqual(ofB);
  expect(await lived('B', 7)).toEqual(ofB);
  expect(await lived('A', 7)).toEqual([
    'at_risk', 'at_risk', 'inactive', 'inactive', 'inactive', 'cooling', 'at_risk',
  ]); // prettier-ignore
  expect((await standing('M', 4)).verdict?.partnerId, 'whose verdict it was is kept').toBe('B');
  expect((await standing('M')).before?.status).toBe('cooling');
  expect((await standing('M', 4)).savedAt).not.toBeNull();
});

test('whoever took over a standing and was not judged since can still be explained', async () => {
  await partners('A', 'B');
  await judge(0, { A: 'at_risk' });
  await judge(0.5, { B: 'active' });
  await merge(2, 'M', 'A', 'B');
  for (const at of [1, 3, null]) {
    const expected = at === 1 ? { A: 'at_risk', B: 'active', M: 'active' } : { A: 'active', B: 'active' };
    for (const [id, status] of Object.entries({ M: 'active', ...expected })) {
      expect((await standing(id, at)).verdict?.status, `${id} on day ${String(at)}`).toBe(status);
    }
  }
});

test('through chains of merges each company keeps its own past', async () => {
  await partners('A', 'B', 'C', 'D');
  await judge(0, { A: 'inactive', B: 'active', C: 'at_risk', D: 'never_activated' });
  await judge(1, { B: 'cooling' });
  await merge(3, 'M', 'A', 'B');
  await judge(4, { M: 'active' });
  await merge(6, 'N', 'C', 'M', 'A', 'B');
  await judge(7, { N: 'reactivated' });
  await merge(8, 'D', 'N', 'M', 'A', 'B', 'C');

  const sinceN = ['active', 'reactivated', 'never_activated'];
  const ofM = ['active', 'cooling', 'cooling', 'cooling', 'active', 'active', ...sinceN.slice(0, 2)];
  expect(await lived('N', 9)).toEqual([...ofM, 'never_activated']);
  expect(await lived('M', 9)).toEqual([...ofM, 'never_activated']);
  expect(await lived('B', 9)).toEqual([...ofM, 'never_activated']);
  expect(await lived('A', 9)).toEqual([
    'inactive', 'inactive', 'inactive', 'cooling', 'active', 'active', ...sinceN,
  ]); // prettier-ignore
  expect(await lived('C', 9)).toEqual([...Array.from({ length: 6 }, () => 'at_risk'), ...sinceN]);
  expect(await lived('D', 9)).toEqual(Array.from({ length: 9 }, () => 'never_activated'));
  expect((await standing('A')).way.map(({ survivorId }) => survivorId)).toEqual(['M', 'N', 'D']);
});

test('a company that was never judged has no verdict of the other’s, only the survivor’s after the merge', async () => {
  await partners('A', 'S');
  await judge(0, { S: 'active' });
  await merge(2, 'S', 'A');
  expect(await lived('A', 4)).toEqual([null, null, 'active', 'active']);
  expect((await standing('A', 1)).isOnRecord).toBe(false);
});

test('a company that was merged before we knew it is answered by its survivor', async () => {
  await merge(0, 'S', 'long ago');
  await judge(1, { S: 'active' });
  expect(await standing('long ago', 2)).toMatchObject({
    judgedId: 'S',
    way: [],
    verdict: { status: 'active' },
  });
});
