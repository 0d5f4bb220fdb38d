/**
 * `POST /settings/preview`: what a draft of the settings would change. One draft is previewed at a time, whoever asks:
 * judging everybody twice keeps the database busy. Asking again for the same draft waits for the same answer.
 */
import type { RequestHandler } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { Preview } from '../insight/preview.ts';
import { previewDraft } from '../jobs/preview.ts';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { settingsSchema, type Settings } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { previewRequestSchema, type PreviewResponse } from './contract.ts';
import type { Logger } from './log.ts';
import { jsonBodyOf } from './middleware/json-body.ts';

type PreviewServerOptions = { readonly store: Store; readonly log: Logger; readonly clock: () => Instant };

/** As many as a page can show; the counts are of everybody. */
const namedPartners = 100;
/** HubSpot gives up after 15 s (hubspot-platform.md 6.6). */
const answerWithinMs = 8_000;
const retryAfterSeconds = 2;
/** An answer that nobody fetched says nothing of a programme that has moved on. */
const keptMs = 60_000;

type Running = {
  readonly draft: string;
  readonly result: Promise<Preview>;
  judged: number;
  endedAt: Instant | null;
};

export function previewSettingsDraft(options: PreviewServerOptions): RequestHandler {
  let running: Running | null = null;
  return async (request, response) => {
    const { settings } = jsonBodyOf(request, previewRequestSchema);
    const parsed = settingsSchema.safeParse(settings);
    if (!parsed.success) {
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'settings'}: ${message}`,
      );
      response.json({ state: 'invalid', problems } satisfies PreviewResponse);
      return;
    }
    const draft = JSON.stringify(parsed.data);
    const now = options.clock();
    if (running !== null && isOver(running, now)) running = null;
    if (running !== null && running.draft !== draft) {
      response.json({ state: 'busy', retryAfterSeconds } satisfies PreviewResponse);
      return;
    }
    running ??= start(options, parsed.data, draft);
    response.json(await answerOf(running));
  };
}

function isOver({ endedAt }: Running, now: Instant): boolean {
  return endedAt !== null && Math.abs(now - endedAt) > keptMs;
}

function start({ store, log, clock }: PreviewServerOptions, settings: Settings, draft: string): Running {
  const running: Running = {
    draft,
    judged: 0,
    endedAt: null,
    result: previewDraft({
      store,
      draft: settings,
      now: clock(),
      limit: namedPartners,
      signal: new AbortController().signal,
      onProgress: (judged) => {
        running.judged = judged;
      },
    }).finally(() => {
      running.endedAt = clock();
    }),
  };
  // Told to whoever asks; until then it must not end the process as unhandled.
  running.result.catch((error: unknown) => log.warn({ error }, 'A preview of settings failed'));
  return running;
}

async function answerOf(running: Running): Promise<PreviewResponse> {
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
