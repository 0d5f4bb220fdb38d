/**
 * Chance that repeats itself: sfc32 (Chris Doty-Humphrey's small fast counter generator) under a seed. Every partner has
 * a generator of its own, so that a change in how one story is told does not shift all the others.
 */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** A whole number, both ends included. */
  integer(from: number, to: number): number;
  chance(probability: number): boolean;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  exponential(mean: number): number;
  gamma(shape: number, mean: number): number;
  /** A shuffled copy. */
  shuffle<T>(list: readonly T[]): T[];
};

export function createRandom(...seeds: readonly number[]): Random {
  const next = sfc32(seeds);
  const between = (from: number, to: number) => from + next() * (to - from);
  const integer = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    integer,
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T,
    exponential: (mean) => -mean * Math.log(1 - next()),
    gamma: (shape, mean) => (standardGamma(next, shape) * mean) / shape,
    shuffle: (list) => shuffle(list, integer),
  };
}

function sfc32(seeds: readonly number[]): () => number {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  const step = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (const seed of seeds) {
    a ^= seed | 0;
    b ^= Math.floor(seed / 2 ** 32) | 0;
    // Twelve rounds spread the few bits in which neighbouring seeds differ.
    for (let round = 0; round < 12; round += 1) step();
  }
  return () => step() / 2 ** 32;
}

/** Marsaglia and Tsang (2000), with their lift for shapes below 1. */
function standardGamma(next: () => number, shape: number): number {
  if (shape < 1) return standardGamma(next, shape + 1) * (1 - next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - next()) < 0.5 * normal ** 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

function shuffle<T>(list: readonly T[], integer: (from: number, to: number) => number): T[] {
  const shuffled = [...list];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = integer(0, last);
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}
