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
import type { ActionName } from '../model/partner-action.ts';
import type { ActionOutcome } from '../publish/actions.ts';
import type { Act, Acted } from './act.ts';
import { actionFieldsSchema, type ActionFields } from './action-contract.ts';
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

export function actFromWorkflow(act: Act, name: ActionName, ours: { portalId: string }): RequestHandler {
  return async (request, response) => {
    const execution = jsonBodyOf(request, executionSchema);
    refuseForeign(execution, ours);
    const acted = await act({
      companyId: execution.objectId,
      key: `workflow:${execution.callbackId}`,
      name,
      fields: fieldsOf(execution),
      actor: { from: 'workflow', workflowId: execution.workflowId },
      correlationId: correlationIdOf(request),
    });
    const { outcome } = acted;
    refuseForNow(name, acted);
    response.json(executionAnswer(outputsOf(acted), outcome.state !== 'refused'));
  };
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
