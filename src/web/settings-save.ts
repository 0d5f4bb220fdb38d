/**
 * `POST /settings` and `POST /settings/restore`: a new version, if nobody saved another one since the page was loaded.
 * Both may be repeated: what is in force already is answered as saved.
 */
import type { RequestHandler } from 'express';
import { describeDifferences } from '../assess/differences.ts';
import type { Instant } from '../model/instant.ts';
import { readDraft } from '../model/draft.ts';
import type { Settings } from '../model/settings.ts';
import { approvePreview, approvedByPreview } from '../store/approvals.ts';
import type { Store } from '../store/connect.ts';
import { readPortal } from '../store/portal.ts';
import { readSettings, saveSettingsOn, type SaveOutcome } from '../store/settings.ts';
import { addAuditEntry } from '../store/settings-audit.ts';
import { askerOf, authorOf, type AccessCheck, type Asker } from './access.ts';
import { instantText } from './instant-text.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import { entryOf } from './settings.ts';
import {
  restoreRequestSchema,
  saveRequestSchema,
  type RestoreResponse,
  type SaveResponse,
} from './settings-contract.ts';

type Options = { readonly store: Store; readonly access: AccessCheck; readonly clock: () => Instant };

export function saveDraft({ store, access, clock }: Options): RequestHandler {
  return async (request, response) => {
    const { baseVersion, settings, note, approvedMoves } = jsonBodyOf(request, saveRequestSchema);
    const asker = askerOf(request);
    const { mayChange, sentence } = await access(asker);
    if (!mayChange) {
      response.json({ state: 'forbidden', sentence } satisfies SaveResponse);
      return;
    }
    const draft = readDraft(settings);
    if ('problems' in draft) {
      response.json({ state: 'invalid', problems: draft.problems } satisfies SaveResponse);
      return;
    }
    const save = { baseVersion, settings: draft.settings, note, approvedMoves, asker, now: clock() };
    response.json((await performSave(store, save)) satisfies SaveResponse);
  };
}

type Save = {
  readonly baseVersion: number | null;
  readonly settings: Settings;
  readonly note: string;
  readonly approvedMoves: number | null;
  readonly asker: Asker;
  readonly now: Instant;
};

/**
 * The yes to the preview is stored with the version or not at all. How many moves it is for is the page's word: whoever
 * may save may also loosen the brake, so nothing would be won by counting again.
 */
async function performSave(store: Store, save: Save): Promise<SaveResponse & RestoreResponse> {
  const { baseVersion, settings, note, approvedMoves, asker, now } = save;
  const author = authorOf(asker);
  const meta = { note, author, userId: asker.userId, now };
  const outcome = await store.db.transaction().execute(async (transaction) => {
    const outcome = await saveSettingsOn(transaction, baseVersion, settings, meta);
    if (outcome.state !== 'saved' || approvedMoves === null) return outcome;
    // HubSpot repeats a request whose answer was lost: a yes that still stands is not said twice.
    if ((await approvedByPreview(transaction, settings)) !== approvedMoves) {
      await approvePreview(transaction, settings, { moves: approvedMoves, author, now });
      await addAuditEntry(transaction, {
        at: now,
        action: 'approved',
        author,
        userId: asker.userId,
        fromVersion: baseVersion,
        toVersion: outcome.saved.version,
        note: `${approvedMoves} status changes`,
      });
    }
    return outcome;
  });
  return answerOf(store, baseVersion, outcome);
}

async function answerOf(
  store: Store,
  baseVersion: number | null,
  outcome: SaveOutcome,
): Promise<SaveResponse & RestoreResponse> {
  if (outcome.state === 'saved') {
    const { version } = outcome.saved;
    return {
      state: 'saved',
      version,
      sentence: `Version ${version} is in force. The next run judges everybody by it.`,
    };
  }
  const { latest } = outcome;
  const base = baseVersion === null ? null : await readSettings(store.db, baseVersion);
  const timeZone = (await readPortal(store.db))?.timeZone ?? 'UTC';
  return {
    state: 'conflict',
    latest: entryOf(latest),
    sentence:
      `${latest.author} saved version ${latest.version} on ${instantText(latest.savedAt, timeZone)}, after you had opened ` +
      `${baseVersion === null ? 'this page' : `version ${baseVersion}`}. Nothing of yours was saved, and nothing of it is lost: ` +
      'it is still on this page.',
    differences: base === null ? [] : describeDifferences(base.settings, latest.settings),
  };
}

export function restoreVersion({ store, access, clock }: Options): RequestHandler {
  return async (request, response) => {
    const { baseVersion, version, note } = jsonBodyOf(request, restoreRequestSchema);
    const asker = askerOf(request);
    const { mayChange, sentence } = await access(asker);
    if (!mayChange) {
      response.json({ state: 'forbidden', sentence } satisfies RestoreResponse);
      return;
    }
    const old = await readSettings(store.db, version);
    if (old === null) {
      response.json(unknownVersion(version) satisfies RestoreResponse);
      return;
    }
    const outcome = await saveSettingsOn(store.db, baseVersion, old.settings, {
      note: note === '' ? `Version ${version} restored` : note,
      author: authorOf(asker),
      userId: asker.userId,
      action: 'restored',
      now: clock(),
    });
    response.json((await answerOf(store, baseVersion, outcome)) satisfies RestoreResponse);
  };
}

export function unknownVersion(version: number): { state: 'unknown_version'; sentence: string } {
  return { state: 'unknown_version', sentence: `There is no settings version ${version}. Reload the list.` };
}
