/** The bench of judging: what it prints, and that it leaves nothing behind. */
import { expect, test } from 'vitest';
import type { AssessBench } from '../../src/cli/bench-assess.ts';
import { createTestDatabase } from '../world/database.ts';
import { rekindle } from './command.ts';

const size = ['--partners', '200', '--activities', '3000'];

test('bench assess judges everybody twice and, on each night, only whom it concerns', async () => {
  const finished = await rekindle(['bench', 'assess', ...size, '--json']);
  const measured = JSON.parse(finished.stdout) as AssessBench;
  expect([finished.code, finished.stderr]).toEqual([measured.ok ? 0 : 1, '']);
  expect(measured).toMatchObject({
    bench: 'assess',
    database: expect.stringContaining('private PostgreSQL'),
    machine: { cpu: expect.any(String), cores: expect.any(Number), node: expect.stringMatching(/^v2/) },
    scale: { partners: 200, activities: 3000, seed: 1 },
    build: { seconds: expect.any(Number), activitiesPerSecond: expect.any(Number) },
    timelines: { seconds: expect.any(Number) },
    learning: { seconds: expect.any(Number) },
    full: { first: { assessed: 200 }, again: { assessed: 200, seconds: expect.any(Number) } },
    nightly: { changed: 2, shareOfFull: expect.any(Number) },
    peakRssMb: expect.any(Number),
  });
  const { nights, seconds } = measured.nightly;
  expect(nights.map(({ changed, assessed }) => changed === 2 && assessed >= 2 && assessed < 100)).toEqual(
    Array.from({ length: 5 }, () => true),
  );
  expect(nights.filter((night) => night.seconds < seconds).length).toBeLessThanOrEqual(2);
  expect(nights.filter((night) => night.seconds > seconds).length).toBeLessThanOrEqual(2);
  expect(measured.targets).toHaveLength(4);
});

test('beside a database of ours it makes one of its own, and takes it away again', async () => {
  const database = await createTestDatabase();
  const names = async () => {
    const { rows } = await database.store.pool.query<{ datname: string }>(
      "select datname from pg_database where datname like 'rekindle_scratch%'",
    );
    return rows;
  };
  const finished = await rekindle(['bench', 'assess', ...size], { DATABASE_URL: database.url });
  expect(finished.stdout).toContain('200 partners, 3,000 activities; PostgreSQL 18');
  expect(await names()).toEqual([]);
  await database.drop();
});
