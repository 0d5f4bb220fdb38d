/** The bench of the card: what it prints, and that every card it opens is a partner's. */
import { expect, test } from 'vitest';
import type { CardBench } from '../../src/cli/bench-card.ts';
import { rekindle } from './command.ts';

test('bench card opens signed cards at a steady rate and says how long they took', async () => {
  const size = ['--partners', '60', '--activities', '900', '--rate', '20', '--seconds', '2'];
  const finished = await rekindle(['bench', 'card', ...size, '--json']);
  const measured = JSON.parse(finished.stdout) as CardBench;
  expect([finished.code, finished.stderr]).toEqual([measured.ok ? 0 : 1, '']);
  expect(measured).toMatchObject({
    bench: 'card',
    database: expect.stringContaining('private PostgreSQL'),
    scale: { partners: 60, activities: 900 },
    load: { ratePerSecond: 20, seconds: 2 },
    before: { vacuumed: true, checkpointed: true, warmUpSeconds: 2 },
    answered: { requests: 40, errors: 0, examples: [], judged: 40 },
    server: { cpuSeconds: expect.any(Number), peakRssMb: expect.any(Number) },
    asking: { cpuSeconds: expect.any(Number), eventLoopLateMs: { max: expect.any(Number) } },
  });
  const { answered, asking, idleShare, targets } = measured;
  for (const { p50, p90, p99, max } of [
    answered.milliseconds,
    answered.sinceSentMilliseconds,
    asking.sentLateMs,
  ]) {
    expect([p50, p90, p99, max]).toEqual([p50, p90, p99, max].toSorted((a, b) => a - b));
  }
  // Nobody asks early, and whatever delays those who ask is part of what counts, and told besides.
  expect(asking.sentLateMs.p50).toBeGreaterThanOrEqual(0);
  expect(answered.milliseconds.max).toBeGreaterThanOrEqual(asking.sentLateMs.max);
  expect(answered.milliseconds.max).toBeGreaterThanOrEqual(answered.sinceSentMilliseconds.max);
  expect([idleShare >= 0, idleShare <= 1]).toEqual([true, true]);
  expect(targets.map(({ limit }) => limit)).toEqual([25, 0, 0]);
});
