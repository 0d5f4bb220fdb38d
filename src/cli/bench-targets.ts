/** What a bench has to reach: each measure at most its limit. */
import { table } from './output.ts';

export type Target = {
  readonly measure: string;
  readonly limit: number;
  readonly value: number;
  readonly ok: boolean;
};

export function judgedTargets(targets: readonly Omit<Target, 'ok'>[]): Target[] {
  return targets.map((target) => ({ ...target, ok: target.value <= target.limit }));
}

/** @param rounded how many digits a value needs */
export function targetTable(targets: readonly Target[], rounded: (value: number) => number): string {
  return table(
    ['measure', 'limit', 'value', ''],
    targets.map(({ measure, limit, value, ok }) => [
      measure,
      rounded(limit),
      rounded(value),
      ok ? 'ok' : 'MISSED',
    ]),
  );
}
