/** The bench of the cadence model: what it prints, and that it computed something. */
import { expect, test } from 'vitest';
import type { ModelBench } from '../../src/cli/bench-model.ts';
import { rekindle } from './command.ts';

test('bench model prints the seconds of fits and scores, and the fits found what the partners were made from', async () => {
  const finished = await rekindle(['bench', 'model', '--scale', '0.1', '--json']);
  const measured = JSON.parse(finished.stdout) as ModelBench;
  expect([finished.code, finished.stderr]).toEqual([measured.ok ? 0 : 1, '']);
  expect(measured).toMatchObject({ bench: 'model', scale: 0.1, seed: 1, peakRssMb: expect.any(Number) });
  expect(measured.measures.map(({ measure, partners }) => [measure, partners])).toEqual([
    ['fit', 10_000],
    ['fit', 100_000],
    ['score', 100_000],
    ['expected activity', 100_000],
    ['draws', 100_000],
  ]);
  for (const { seconds, partners, partnersPerSecond } of measured.measures) {
    expect(partnersPerSecond).toBe(Math.round(partners / seconds));
  }
  const { truth, fits } = measured.parameters;
  for (const name of ['r', 'alpha', 'a', 'b'] as const) {
    expect((fits[1]?.parameters[name] ?? NaN) / truth[name]).toBeCloseTo(1, 1);
  }
  const { alive, active, surprise, crossingWeeks, expected } = measured.means;
  for (const chance of [alive, active, surprise]) expect(chance).toSatisfy((mean) => mean > 0 && mean < 1);
  expect(active).toBeLessThan(Math.min(alive, expected));
  expect(crossingWeeks).toBeGreaterThan(0);
  expect(measured.targets).toHaveLength(2);
});

test('without --json it prints tables', async () => {
  const finished = await rekindle(['bench', 'model', '--scale', '0.01', '--seed', '4']);
  expect(finished.stdout).toMatch(/^Scale 0\.01, peak RSS \d+ MB\./);
  expect(finished.stdout).toContain('fit of 10,000');
});
