/**
 * What can happen to an account and to us, as plain data: a sequence that broke something once is kept as it is and
 * stays true when the generator changes. Numbers choose among the records that there are when the step is taken.
 */
import fc from 'fast-check';
import { z } from 'zod';

const recordTypes = ['deal', 'call', 'meeting'] as const;
const recordType = z.enum(recordTypes);
export type ModelType = (typeof recordTypes)[number];
const anyType = z.enum(['company', ...recordTypes]);
const choice = z.int().min(0);

/** What people do in HubSpot. */
const change = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('create'), type: recordType, companies: z.array(choice), variant: choice }),
  z.strictObject({ do: z.literal('found'), partner: z.boolean() }),
  z.strictObject({ do: z.literal('edit'), type: anyType, which: choice, variant: choice }),
  z.strictObject({ do: z.literal('mark'), which: choice, partner: z.boolean() }),
  z.strictObject({ do: z.enum(['delete', 'restore', 'erase']), type: anyType, which: choice }),
  z.strictObject({
    do: z.enum(['associate', 'dissociate']),
    type: recordType,
    company: choice,
    which: choice,
  }),
  z.strictObject({
    do: z.literal('merge'),
    type: z.enum(['company', 'deal']),
    primary: choice,
    other: choice,
  }),
]);
export type Change = z.infer<typeof change>;

/**
 * What strikes at the n-th question to HubSpot: the process dies before it, or after it was answered; the token is
 * refused once; somebody stops us.
 */
const trouble = z.strictObject({
  at: z.int().min(1),
  is: z.enum(['killed before', 'killed after', 'refused', 'stopped']),
});
export type Trouble = z.infer<typeof trouble>;
/** What happens in HubSpot just before the n-th question. */
const meanwhile = z.strictObject({ at: z.int().min(1), change });

const work = { trouble: trouble.nullable(), meanwhile: meanwhile.nullable() };
export const step = z.discriminatedUnion('do', [
  ...change.options,
  z.strictObject({ do: z.literal('wait'), minutes: z.int().min(1) }),
  /** From now on search shows changes up to so many minutes late. */
  z.strictObject({ do: z.literal('lag'), minutes: choice }),
  /** Some of the webhooks that wait arrive: a bit for each; `again`: the same ones may come once more later. */
  z.strictObject({ do: z.literal('deliver'), which: choice, reversed: z.boolean(), again: z.boolean() }),
  z.strictObject({ do: z.literal('refresh'), ...work }),
  z.strictObject({ do: z.literal('run'), mode: z.enum(['due', 'second_pass', 'full']), ...work }),
  z.strictObject({ do: z.literal('restart') }),
]);
export type Step = z.infer<typeof step>;

const pick = fc.nat(40);
const variant = fc.nat(11);
const arbitraryType = fc.constantFrom(...recordTypes);
const arbitraryAnyType = fc.constantFrom('company' as const, 'company' as const, ...recordTypes);

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    do: fc.constant('create' as const),
    type: arbitraryType,
    companies: fc.array(pick, { minLength: 1, maxLength: 2 }),
    variant,
  }),
  fc.record({ do: fc.constant('found' as const), partner: fc.boolean() }),
  fc.record({ do: fc.constant('edit' as const), type: arbitraryAnyType, which: pick, variant }),
  fc.record({ do: fc.constant('mark' as const), which: pick, partner: fc.boolean() }),
  fc.record({
    do: fc.constantFrom('delete' as const, 'restore' as const, 'restore' as const, 'erase' as const),
    type: arbitraryAnyType,
    which: pick,
  }),
  fc.record({
    do: fc.constantFrom('associate' as const, 'dissociate' as const),
    type: arbitraryType,
    company: pick,
    which: pick,
  }),
  fc.record({
    do: fc.constant('merge' as const),
    type: fc.constantFrom('company' as const, 'company' as const, 'deal' as const),
    primary: pick,
    other: pick,
  }),
);

/** A run of the model asks HubSpot some forty times. */
const at = fc.integer({ min: 1, max: 45 });
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 2 });
const works = {
  trouble: seldom(
    fc.record({
      at,
      is: fc.constantFrom(
        'killed before' as const,
        'killed after' as const,
        'refused' as const,
        'stopped' as const,
      ),
    }),
  ),
  meanwhile: seldom(fc.record({ at, change: changes })),
};

const minutes = [1, 20, 61, 12 * 60, 24 * 60, 25 * 60, 3 * 24 * 60, 8 * 24 * 60];

export const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: changes },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(...minutes) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('lag' as const), minutes: fc.constantFrom(0, 5, 50) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      which: fc.oneof(fc.constant(2 ** 31 - 1), fc.nat(2 ** 31 - 1)),
      reversed: fc.boolean(),
      again: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const), ...works }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      mode: fc.constantFrom(
        'due' as const,
        'due' as const,
        'due' as const,
        'second_pass' as const,
        'full' as const,
      ),
      ...works,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);
