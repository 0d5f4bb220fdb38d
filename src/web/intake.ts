/**
 * `POST /v1/activities`: activity that other systems send by themselves. Keep, then answer: a 2xx says that every row it
 * counts is on the disk. Anything else may be sent again as it is.
 */
import { hash } from 'node:crypto';
import type { Express, Request, RequestHandler } from 'express';
import { readBatch, type NoBatch } from '../intake/rest.ts';
import { agedSources, maximumAgeDays } from '../jobs/freshness.ts';
import { receiveBatch, type Receipt } from '../jobs/receive-batch.ts';
import { toIso, type Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import type { BatchName } from '../store/received.ts';
import { instantText } from './instant-text.ts';
import type { BatchAnswer } from './intake-contract.ts';
import { keyOf, limitPerKey, requireKey } from './intake-key.ts';
import { limits } from './limits.ts';
import type { Logger } from './log.ts';
import { jsonIn } from './middleware/json-body.ts';
import { limitAtOnce } from './middleware/limit-at-once.ts';
import { allowMethods } from './middleware/methods.ts';
import { rawBodyOf, readRawBody } from './middleware/raw-body.ts';
import { Refusal } from './refusal.ts';

type Options = {
  readonly store: Store;
  /** For the batch itself: the first one of a kind marks every partner. */
  readonly patientStore: Store;
  readonly log: Logger;
  readonly clock: () => Instant;
};

/** The one address that HubSpot does not sign for. */
export function addIntakeRoute(app: Express, options: Options): void {
  app.all(
    '/v1/activities',
    allowMethods('POST'),
    requireKey(options),
    limitPerKey(),
    refuseLarge(),
    readRawBody(limits.batchBodyBytes),
    limitAtOnce(limits.batchesAtOnce, tooManyAtOnce)(receiveActivities(options)),
  );
}

function tooManyAtOnce(): Refusal {
  return new Refusal(429, 'too_many_at_once', 'Too many batches at once. Send this one again in a second.', {
    'Retry-After': '1',
  });
}

/** In our own words, where the sender says how much is coming; the reader of the body refuses the others. */
function refuseLarge(): RequestHandler {
  return (request, _response, next) => {
    if (Number(request.headers['content-length'] ?? 0) > limits.batchBodyBytes) throw tooLarge();
    next();
  };
}

function tooLarge(): Refusal {
  const most = `${limits.batchBodyBytes / 1024} kB`;
  return new Refusal(
    413,
    'batch_too_large',
    `The body is larger than ${most}. Split the batch and send its parts.`,
  );
}

function receiveActivities({ patientStore, log, clock }: Omit<Options, 'store'>): RequestHandler {
  return async (request, response) => {
    const { id, source: name } = keyOf(request);
    const source = `rest:${name}` as const;
    const now = clock();
    const batch = readBatch(jsonIn(request, rawBodyOf(request)), { source, now });
    if ('refused' in batch) throw refusalOf(batch);
    const outcome = await receiveBatch(patientStore, batch, { name: batchNameOf(request), now });
    if (outcome.state !== 'received') throw refusals[outcome.state]();
    const answer = answerOf(outcome.receipt, { name, now });
    const { accepted, duplicates, rejected } = answer;
    log.info({ key: id, source, accepted, duplicates, rejected }, 'Activity was received');
    response.status(statusOf(answer)).json(answer);
  };
}

function refusalOf({ refused, problem }: NoBatch): Refusal {
  return refused === 'too_many'
    ? new Refusal(413, 'too_many_rows', problem)
    : new Refusal(422, 'no_batch', problem);
}

const refusals = {
  other_batch: () =>
    new Refusal(
      409,
      'other_batch',
      'Another batch came through with this Idempotency-Key, and nothing of this one was stored. Give each batch a key of its own.',
    ),
  busy: () =>
    new Refusal(
      503,
      'kept_waiting',
      'A run is writing what this batch needs, and nothing of it was stored. Send it again in a few seconds.',
      { 'Retry-After': '5' },
    ),
} as const;

/** The name under which the sender would send the same batch again. */
function batchNameOf(request: Request): BatchName | null {
  const [requestKey, ...more] = request.headersDistinct['idempotency-key'] ?? [];
  if (requestKey === undefined) return null;
  if (more.length > 0 || !/^[\x21-\x7e]{1,200}$/.test(requestKey)) {
    throw new Refusal(
      400,
      'bad_idempotency_key',
      'Idempotency-Key must be one header of 1 to 200 letters, digits and signs without spaces, such as a UUID.',
    );
  }
  return { requestKey, fingerprint: hash('sha256', rawBodyOf(request), 'hex') };
}

/** The status alone says whether there is something to read: all kept, some of it, nothing. */
function statusOf({ received, rejected }: BatchAnswer): number {
  if (rejected === 0) return 200;
  return rejected < received ? 207 : 422;
}

function answerOf(receipt: Receipt, { name, now }: { name: string; now: Instant }): BatchAnswer {
  const { accepted, duplicates, problems } = receipt;
  const rejected = problems.length;
  return {
    received: accepted + duplicates + rejected,
    accepted,
    duplicates,
    rejected,
    problems: [...problems],
    source: { name, ...standing(receipt, { now, timeZone: 'UTC' }) },
  };
}

/** What the source's silence is worth, as a run of this moment would take it; times on the clock of whoever reads it. */
export function standing(
  { source, missingSince }: Pick<Receipt, 'source' | 'missingSince'>,
  { now, timeZone }: { now: Instant; timeZone: string },
): Omit<BatchAnswer['source'], 'name'> {
  const upTo = source?.completeUpTo ?? null;
  const facts = { complete: false, complete_up_to: upTo === null ? null : toIso(upTo) };
  if (source === null) return { ...facts, sentence: 'Nothing that can be used has come of this source yet.' };
  if (missingSince !== null) {
    return {
      ...facts,
      sentence:
        `Incomplete since ${instantText(missingSince, timeZone)}: rows are missing that could not be used or are still to come. ` +
        'Nobody is called inactive because of this source until they have come, or until a later "complete_up_to" says that nothing is missing.',
    };
  }
  const [aged] = agedSources([{ source: 'rest:any', kinds: [], ...source }], now);
  const complete = aged?.complete === true;
  const known = upTo === null ? 'Not known yet' : `Complete up to ${instantText(upTo, timeZone)}`;
  return {
    ...facts,
    complete,
    sentence: complete
      ? `${known}. Partners of whom it tells nothing are silent; after ${maximumAgeDays} days without news that is unknown.`
      : `${known}, which is too old: its silence counts as unknown until it tells of the last ${maximumAgeDays} days.`,
  };
}
