/** `GET /settings/corrections`: which verdicts people call wrong, and why, for those who decide about the rules. */
import type { RequestHandler } from 'express';
import { toIso } from '../model/instant.ts';
import { statuses, statusNames } from '../model/verdict.ts';
import type { Store } from '../store/connect.ts';
import { readCorrections, type Correction } from '../store/corrections.ts';
import { currentSettings } from '../store/settings.ts';
import { askerOf, authorOf, type AccessCheck } from './access.ts';
import type { CorrectionsResponse } from './corrections-contract.ts';

/** Who looks further back asks `rekindle actions --only correct`. */
const shown = 50;

type Options = { readonly store: Store; readonly access: AccessCheck };

export function listCorrections({ store, access }: Options): RequestHandler {
  return async (request, response) => {
    // The card promises that administrators read it, and nobody else.
    if (!(await access(askerOf(request))).mayChange) {
      response.json({
        state: 'forbidden',
        sentence: 'Only those who may change the settings read what people say is wrong.',
      } satisfies CorrectionsResponse);
      return;
    }
    const [{ total, latest }, settings] = await Promise.all([
      readCorrections(store.db, shown),
      currentSettings(store.db),
    ]);
    response.json({
      state: 'listed',
      total,
      corrections: latest.map((correction) => viewOf(correction, settings?.version ?? null)),
    } satisfies CorrectionsResponse);
  };
}

type View = Extract<CorrectionsResponse, { state: 'listed' }>['corrections'][number];

function viewOf(correction: Correction, inForce: number | null): View {
  const { partnerId, name, at, actor, details, evidence } = correction;
  return {
    partner: { id: partnerId, name: name ?? `Company ${partnerId}` },
    at: toIso(at),
    // No workflow calls a verdict wrong.
    author: actor.from === 'card' ? authorOf(actor) : 'A workflow',
    said: String(details['because'] ?? ''),
    verdict:
      evidence === null
        ? null
        : {
            status: statusName(evidence.status),
            health: evidence.health,
            reasons: [...evidence.reasons],
          },
    rulesChanged: evidence !== null && evidence.settingsVersion !== inForce,
    since: sinceThen(correction, inForce),
  };
}

/** What an earlier version of the program called by a name of its own keeps that. */
function statusName(status: string): string {
  const known = statuses.find((one) => one === status);
  return known === undefined ? status : statusNames[known];
}

function sinceThen({ evidence, statusNow }: Correction, inForce: number | null): string {
  const now =
    statusNow === null
      ? 'The partner has no verdict now.'
      : `The partner is ${statusNames[statusNow].toLowerCase()} now.`;
  if (evidence === null) return now;
  const { settingsVersion } = evidence;
  const rules =
    settingsVersion === inForce
      ? `The verdict followed definition ${settingsVersion}, which is still in force.`
      : `The verdict followed definition ${settingsVersion}; definition ${inForce ?? 'none'} is in force now.`;
  return `${rules} ${now}`;
}
