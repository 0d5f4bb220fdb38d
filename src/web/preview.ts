/**
 * `POST /settings/preview`: what a draft of the settings would change. One draft is judged at a time, whoever asks:
 * judging everybody twice keeps the database busy. Whoever asks for the same draft meanwhile, or comes back for it, gets
 * the same answer. That others have to wait is told in a 200: HubSpot's proxy passes on no headers and wraps every other
 * status (hubspot-platform.md 6.6).
 */
import type { RequestHandler } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { Preview } from '../insight/preview.ts';
import { previewDraft } from '../jobs/preview.ts';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { readDraft } from '../model/draft.ts';
import type { Settings } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { askerOf, type AccessCheck } from './access.ts';
import { previewRequestSchema, type PreviewResponse } from './contract.ts';
import type { Logger } from './log.ts';
import { jsonBodyOf } from './middleware/json-body.ts';

type PreviewServerOptions = {
  readonly store: Store;
  readonly access: AccessCheck;
  readonly log: Logger;
  readonly clock: () => Instant;
  readonly isClosing: () => boolean;
};

/** As many as a page can show; the counts are of everybody. */
const namedPartners = 100;
/** HubSpot gives up after 15 s (hubspot-platform.md 6.6). */
const answerWithinMs = 8_000;
const retryAfterSeconds = 2;
/** Whoever was told that it is running comes back for the answer; later it says nothing of a programme that moved on. */
const keptMs = 60_000;
const keptAnswers = 5;

type Asked = {
  readonly result: Promise<Preview>;
  judged: number;
  /** Null while it is being judged. */
  endedAt: Instant | null;
};

export function previewSettingsDraft(options: PreviewServerOptions): RequestHandler {
  const asked = new Map<string, Asked>();
  return async (request, response) => {
    const { settings } = jsonBodyOf(request, previewRequestSchema);
    const read = readDraft(settings);
    if ('problems' in read) {
      response.json({ state: 'invalid', problems: read.problems } satisfies PreviewResponse);
      return;
    }
    // Judging everybody keeps the database busy, and those who may save waiting: it is for them alone.
    const { mayChange, sentence } = await options.access(askerOf(request));
    if (!mayChange) {
      response.json({ state: 'refused', sentence } satisfies PreviewResponse);
      return;
    }
    const draft = JSON.stringify(read.settings);
    forgetOld(asked, options.clock());
    if (!asked.has(draft) && [...asked.values()].some(({ endedAt }) => endedAt === null)) {
      response.json({ state: 'busy', retryAfterSeconds } satisfies PreviewResponse);
      return;
    }
    response.json(await answerOf(asked.get(draft) ?? start(options, asked, draft, read.settings)));
  };
}

function forgetOld(asked: Map<string, Asked>, now: Instant): void {
  const ended = [...asked].filter(([, { endedAt }]) => endedAt !== null);
  for (const [index, [draft, { endedAt }]] of ended.entries()) {
    const isOver = Math.abs(now - (endedAt ?? now)) > keptMs;
    if (isOver || index < ended.length - keptAnswers) asked.delete(draft);
  }
}

function start(
  { store, log, clock, isClosing }: PreviewServerOptions,
  asked: Map<string, Asked>,
  draft: string,
  settings: Settings,
): Asked {
  const stop = new AbortController();
  const running: Asked = {
    judged: 0,
    endedAt: null,
    result: previewDraft({
      store,
      draft: settings,
      now: clock(),
      limit: namedPartners,
      signal: stop.signal,
      onProgress: (judged) => {
        running.judged = judged;
        if (isClosing())
          stop.abort(new RekindleError('The server is being restarted. Ask again in a minute.'));
      },
    }).finally(() => {
      running.endedAt = clock();
    }),
  };
  asked.set(draft, running);
  // Told to whoever waits for it; until then it must not end the process as unhandled. The next to ask tries anew.
  running.result.catch((error: unknown) => {
    asked.delete(draft);
    log.warn({ error }, 'A preview of settings failed');
  });
  return running;
}

async function answerOf(running: Asked): Promise<PreviewResponse> {
  const stillRunning = async (): Promise<PreviewResponse> => {
    await delay(answerWithinMs, undefined, { ref: false });
    return { state: 'running', judged: running.judged, retryAfterSeconds };
  };
  try {
    return await Promise.race([running.result.then(doneWith), stillRunning()]);
  } catch (error) {
    if (error instanceof RekindleError) return { state: 'refused', sentence: error.message };
    throw error;
  }
}

function doneWith(preview: Preview): PreviewResponse {
  return { state: 'done', ...preview, changes: [...preview.changes], limits: [...preview.limits] };
}
