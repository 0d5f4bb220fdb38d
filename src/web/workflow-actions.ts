/**
 * `POST /workflow-actions/...`: the actions that HubSpot's workflows offer (app/workflow-actions). An action that was
 * refused is answered as a failure that does not stop the workflow, with a sentence and fields to branch on; what may
 * succeed later is answered with "not now", and HubSpot asks again.
 */
import type { RequestHandler } from 'express';
import {
  executionAnswer,
  executionSchema,
  retryAfter,
  type Execution,
  type OutputFields,
} from '../hubspot/workflow-action.ts';
import type { Instant } from '../model/instant.ts';
import type { ActionName } from '../model/partner-action.ts';
import type { ActionOutcome } from '../publish/actions.ts';
import type { Store } from '../store/connect.ts';
import { keepRefusal, readRefusal } from '../store/workflow-refusals.ts';
import type { Act, Acted } from './act.ts';
import { actionFieldsSchema, type ActionFields } from './action-contract.ts';
import { readFacts } from './facts.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import { correlationIdOf } from './middleware/request-log.ts';
import { Refusal } from './refusal.ts';

/** The last part of each action's address, which its manifest names: never rename one. */
export const workflowActions: Readonly<Record<string, ActionName>> = {
  recalculate: 'recalculate',
  'log-outreach': 'log_outreach',
  'record-root-cause': 'record_root_cause',
  'snooze-until': 'snooze_until',
  'start-offboarding-notice': 'open_decision',
};

/** A run that goes on, HubSpot out of reach: neither is over in seconds. */
const askAgainMs = 60_000;

type Options = {
  readonly store: Store;
  readonly portalId: string;
  readonly clock: () => Instant;
};

export function actFromWorkflow(act: Act, name: ActionName, options: Options): RequestHandler {
  return async (request, response) => {
    const execution = jsonBodyOf(request, executionSchema);
    refuseForeign(execution, options);
    const fields = fieldsOf(execution);
    const acted = await refusedOnceOr(options, execution, (key, askedAt) =>
      act({
        companyId: execution.objectId,
        key,
        name,
        fields,
        actor: { from: 'workflow', workflowId: execution.workflowId },
        askedAt,
        correlationId: correlationIdOf(request),
      }),
    );
    refuseForNow(name, acted);
    response.json(executionAnswer(outputsOf(acted), acted.outcome.state !== 'refused'));
  };
}

/**
 * A refusal that was final stays one, and what comes again is as old as when it came first: without a time in the signature
 * nobody could tell an old request that is played back from a new one.
 */
async function refusedOnceOr(
  { store, clock }: Options,
  { callbackId, objectId }: Execution,
  actOnce: (key: string, askedAt: Instant) => Promise<Acted>,
): Promise<Acted> {
  const key = `workflow:${callbackId}`;
  const earlier = await readRefusal(store.db, key);
  if (earlier !== null && earlier.sentence !== null) {
    const outcome = { state: 'refused', sentence: earlier.sentence, retryable: false, error: null } as const;
    return { outcome, isJudged: true, facts: await readFacts(store, objectId, clock()) };
  }
  const askedAt = earlier?.askedAt ?? clock();
  const acted = await actOnce(key, askedAt);
  const { outcome, facts } = acted;
  if (outcome.state === 'refused') {
    const sentence = outcome.retryable ? null : outcome.sentence;
    await keepRefusal(store.db, { key, partnerId: facts.partner?.id ?? objectId, askedAt, sentence });
  }
  return acted;
}

/** One secret serves every account that an app is installed in. */
function refuseForeign({ portalId, isCompany }: Execution, ours: { portalId: string }): void {
  if (portalId !== ours.portalId) {
    throw new Refusal(403, 'other_portal', 'This server belongs to another HubSpot account.');
  }
  if (!isCompany) {
    throw new Refusal(400, 'no_company', 'Rekindle’s actions are for workflows of companies.');
  }
}

/** Names in HubSpot's fields have lower-case letters and _. */
const fieldNames: Readonly<Record<string, keyof ActionFields>> = {
  follow_up_on: 'followUpOn',
  said_by: 'saidBy',
  due_on: 'dueOn',
};

function fieldsOf({ fields }: Execution): ActionFields {
  const named = Object.entries(fields).map(([name, value]) => [fieldNames[name] ?? name, value] as const);
  const parsed = actionFieldsSchema.safeParse(Object.fromEntries(named));
  if (parsed.success) return parsed.data;
  throw new Refusal(400, 'bad_fields', 'An input field of this action is longer than Rekindle reads.');
}

/** Whoever asked for a new verdict has not got what it asked for before there is one. */
function refuseForNow(name: ActionName, { outcome, isJudged }: Acted): void {
  const mayFollow = outcome.state === 'refused' ? outcome.retryable : name === 'recalculate' && !isJudged;
  if (mayFollow) throw new Refusal(429, 'not_now', outcome.sentence, retryAfter(askAgainMs));
}

const results: Readonly<Record<ActionOutcome['state'], string>> = {
  done: 'done',
  unclear: 'done',
  unchanged: 'unchanged',
  refused: 'refused',
};

/** What later branches of the workflow can ask: the same fields for every action. */
function outputsOf({ outcome, facts }: Acted): OutputFields {
  const { verdict, recommendation } = facts;
  return {
    result: results[outcome.state],
    message: outcome.sentence,
    status: verdict?.status ?? '',
    primary_reason: verdict?.reasons[0]?.code ?? '',
    recommended_action: recommendation?.play ?? '',
    health: verdict?.health === null || verdict === null ? '' : String(verdict.health),
  };
}
