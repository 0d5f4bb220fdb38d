/** How unlikely a count is, as natural logarithms: the chances themselves are too small for a number. */

/** Exact by a sum up to here, by Stirling's series beyond, which is then good to 1e-10. */
const tabled = 256;
const table: readonly number[] = logFactorials();

function logFactorials(): number[] {
  const values = [0];
  for (let n = 1; n < tabled; n += 1) values.push((values[n - 1] ?? 0) + Math.log(n));
  return values;
}

function logFactorial(n: number): number {
  return (
    table[n] ?? n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n * n * n)
  );
}

function logBinomial(trials: number, chance: number, successes: number): number {
  if (chance <= 0) return successes === 0 ? 0 : -Infinity;
  if (chance >= 1) return successes === trials ? 0 : -Infinity;
  return (
    logFactorial(trials) -
    logFactorial(successes) -
    logFactorial(trials - successes) +
    successes * Math.log(chance) +
    (trials - successes) * Math.log1p(-chance)
  );
}

/** Of logarithms of summands, each further one smaller than the one before by at least the last such step. */
function logSum(logs: Iterable<number>): number {
  let largest = -Infinity;
  let sum = 0;
  for (const log of logs) {
    if (log === -Infinity) continue;
    if (log > largest) {
      sum = sum * Math.exp(largest - log) + 1;
      largest = log;
    } else {
      sum += Math.exp(log - largest);
      if (log < largest - 40) break;
    }
  }
  return Math.min(0, largest + Math.log(sum));
}

function* downFrom(successes: number, trials: number, chance: number): Iterable<number> {
  for (let count = successes; count >= 0; count -= 1) yield logBinomial(trials, chance, count);
}

function* upFrom(successes: number, trials: number, chance: number): Iterable<number> {
  for (let count = successes; count <= trials; count += 1) yield logBinomial(trials, chance, count);
}

/**
 * ln P(at most `successes` of `trials` partners act), each with a chance of its own of which `chance` is the mean: never
 * below the exact tail while fewer act than expected less one, because unequal chances only make the count less variable
 * (Hoeffding 1956).
 */
export function logAtMost(successes: number, trials: number, chance: number): number {
  return successes >= trials * chance ? 0 : logSum(downFrom(successes, trials, chance));
}

/** ln P(at least `successes` of `trials`). */
export function logAtLeast(successes: number, trials: number, chance: number): number {
  return successes <= trials * chance ? 0 : logSum(upFrom(successes, trials, chance));
}
