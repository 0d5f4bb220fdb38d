/**
 * Whatever happens in HubSpot and to us, in whatever order: once it is calm, one run knows and shows the truth
 * (reliability.md 5 and 6, "Property suite"). A failure prints fast-check's seed and path, the steps as data, which
 * belong into seeds.json then, and what they did.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { checkConvergence, checkInvariants, type Versions } from './checks.ts';
import { install, openMailbox, type Installation, type Mailbox } from './installation.ts';
import { take } from './perform.ts';
import { step, steps, type Step } from './steps.ts';

const stepsPerRun = 12;

declare module 'vitest' {
  // Augmenting an interface takes an interface.
  interface ProvidedContext {
    /** vitest.config.ts, or tools/fuzz.config.ts for `npm run fuzz`. */
    modelRuns: number;
  }
}

const kept = z
  .array(z.strictObject({ about: z.string(), steps: z.array(step) }))
  .parse(JSON.parse(readFileSync(new URL('seeds.json', import.meta.url), 'utf8')));

let database: TestDatabase;
let newcomer: TestDatabase;
let mailbox: Mailbox;

beforeAll(async () => {
  database = await createTestDatabase();
  newcomer = await createTestDatabase();
  mailbox = await openMailbox();
});
afterAll(async () => {
  mailbox.close();
  await newcomer.drop();
  await database.drop();
});

type Real = { readonly installation: Installation; readonly versions: Versions };

class Command implements fc.AsyncCommand<object, Real> {
  readonly step: Step;

  constructor(step: Step) {
    this.step = step;
  }

  /** Any step can be taken at any time; what it chooses from is there or not. */
  check(): boolean {
    return true;
  }

  async run(_model: object, { installation, versions }: Real): Promise<void> {
    await take(installation, this.step);
    await installation.sandbox.webhooksSettled();
    installation.sent.push(...mailbox.take());
    await checkInvariants(installation, versions);
  }

  toString(): string {
    return JSON.stringify(this.step);
  }
}

/** @returns what an audit in the end had to correct */
async function takeAll(commands: Iterable<fc.AsyncCommand<object, Real>>): Promise<number | null> {
  mailbox.take();
  const installation = await install(database, mailbox);
  try {
    await take(installation, { do: 'run', mode: 'due', trouble: null, meanwhile: null });
    await fc.asyncModelRun(() => ({ model: {}, real: { installation, versions: new Map() } }), commands);
    return await checkConvergence(installation, newcomer);
  } catch (error) {
    if (error instanceof Error) error.message += `\nWhat happened:\n  ${installation.story.join('\n  ')}`;
    throw error;
  } finally {
    await installation.close();
  }
}

test.each(kept)('$about', async ({ steps: given }) => {
  expect(await takeAll(given.map((one) => new Command(one)))).toBe(0);
});

const runs = inject('modelRuns');
/** A run takes a second or two, shrinking a failure some dozen runs more. */
const patienceMs = 60_000 + runs * 10_000;

test(
  'whatever happens, in whatever order: once it is calm, one run knows and shows the truth',
  async () => {
    const commands = fc.commands([steps.map((one) => new Command(one))], {
      maxCommands: stepsPerRun,
      size: 'max',
    });
    const property = fc.asyncProperty(commands, async (some) => {
      expect(await takeAll(some)).toBe(0);
    });
    await fc.assert(property, { numRuns: runs, interruptAfterTimeLimit: patienceMs });
  },
  patienceMs + 60_000,
);
