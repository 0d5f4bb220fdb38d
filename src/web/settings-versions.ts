/** `GET /settings/versions` and `GET /settings/compare`: what was in force when, by whom, and what differs. */
import type { RequestHandler } from 'express';
import { describeDifferences } from '../assess/differences.ts';
import { toIso } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import { listSettings, readSettings } from '../store/settings.ts';
import { readAudit, type AuditEntry } from '../store/settings-audit.ts';
import { Refusal } from './refusal.ts';
import { entryOf } from './settings.ts';
import type { CompareResponse, VersionsResponse } from './settings-contract.ts';
import { unknownVersion } from './settings-save.ts';
import { verifiedRequestOf } from './verified-request.ts';

/** Who looks further back asks the database. */
const shownVersions = 200;
const shownLog = 100;

export function listVersions({ store }: { store: Store }): RequestHandler {
  return async (_request, response) => {
    const versions = await listSettings(store.db, { limit: shownVersions });
    const log = await readAudit(store.db, shownLog);
    response.json({
      state: 'listed',
      versions: versions.map(entryOf),
      log: log.map((entry) => ({
        at: toIso(entry.at),
        author: entry.author,
        sentence: auditSentence(entry),
      })),
    } satisfies VersionsResponse);
  };
}

function auditSentence({ action, fromVersion, toVersion, note }: AuditEntry): string {
  const noted = note === '' ? '' : `: ${note}`;
  const from = fromVersion === null ? '' : ` on version ${fromVersion}`;
  switch (action) {
    case 'saved':
      return `Saved version ${toVersion}${from}${noted}`;
    case 'restored':
      return `Restored an earlier version as version ${toVersion}${from}${noted}`;
    case 'approved':
      return `Approved what the preview of version ${toVersion} showed${noted}`;
    case 'properties_removed':
      return `Removed Rekindle’s properties from HubSpot${noted}`;
    case 'key_created':
      return `Created an API key${noted}`;
    case 'key_revoked':
      return `Revoked an API key${noted}`;
  }
}

export function compareVersions({ store }: { store: Store }): RequestHandler {
  return async (request, response) => {
    const { parameters } = verifiedRequestOf(request);
    const [a, b] = [versionIn(parameters, 'a'), versionIn(parameters, 'b')];
    response.json((await compare(store, a, b)) satisfies CompareResponse);
  };
}

async function compare(store: Store, a: number, b: number): Promise<CompareResponse> {
  const [from, to] = [await readSettings(store.db, a), await readSettings(store.db, b)];
  const [fromEntry] = await listSettings(store.db, { limit: 1, version: a });
  const [toEntry] = await listSettings(store.db, { limit: 1, version: b });
  if (from === null || fromEntry === undefined) return unknownVersion(a);
  if (to === null || toEntry === undefined) return unknownVersion(b);
  return {
    state: 'compared',
    a: entryOf(fromEntry),
    b: entryOf(toEntry),
    differences: describeDifferences(from.settings, to.settings),
  };
}

function versionIn(parameters: ReadonlyMap<string, string>, name: 'a' | 'b'): number {
  const text = parameters.get(name) ?? '';
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new Refusal(400, 'bad_version', `${name} must be the number of a settings version.`);
  }
  return Number(text);
}
