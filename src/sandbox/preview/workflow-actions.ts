/**
 * A workflow of HubSpot's that reaches an action of the app: what it sends, and what it makes of the answer
 * (hubspot-api.md section 7, "Custom workflow action").
 */
import { randomUUID } from 'node:crypto';
import type { WorkflowActionManifest } from '../../../tools/hubspot-project.ts';
import { actionSignatureHeaders, signatureHeaders } from './signature.ts';
import type { ActionField, ActionOutcome, ActionRequest, WorkflowAction } from './views.ts';

type RunnerOptions = {
  readonly portalId: string;
  readonly appId: string;
  readonly clientSecret: string;
  readonly apiBaseUrl: string;
  /** Where `apiBaseUrl` really is; requests are signed for the former and sent to the latter. */
  readonly serverUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

type Field = WorkflowActionManifest['config']['inputFields'][number];
type Labels = Readonly<Record<string, string>> | undefined;

export function viewOf({ uid, config }: WorkflowActionManifest): WorkflowAction {
  const words = config.labels.en;
  return {
    uid,
    name: words.actionName,
    description: words.actionDescription,
    inputs: config.inputFields.map((field) =>
      fieldOf(field, field.isRequired, words.inputFieldLabels, words.inputFieldDescriptions),
    ),
    outputs: (config.outputFields ?? []).map((field) => fieldOf(field, false, words.outputFieldLabels)),
  };
}

function fieldOf(
  { typeDefinition }: Pick<Field, 'typeDefinition'>,
  required: boolean,
  labels: Labels,
  descriptions?: Labels,
): ActionField {
  const { name, type, fieldType, options } = typeDefinition;
  return {
    name,
    label: labels?.[name] ?? name,
    description: descriptions?.[name] ?? null,
    type,
    fieldType: fieldType ?? null,
    required,
    options: (options ?? []).map(({ value, label }) => ({ value, label })),
  };
}

export type ActionRunner = (action: WorkflowActionManifest, request: ActionRequest) => Promise<ActionOutcome>;

/** HubSpot gives up on an action after some time; the preview does so too, to say that nothing came. */
const timeoutMs = 15_000;

export function createActionRunner(options: RunnerOptions): ActionRunner {
  return async (action, { companyId, inputFields, callbackId, signature }) => {
    const id = callbackId ?? `ap-${options.portalId}-${randomUUID()}`;
    const body = JSON.stringify({
      callbackId: id,
      origin: {
        portalId: Number(options.portalId),
        actionDefinitionId: Number(options.appId),
        actionDefinitionVersion: 1,
      },
      context: { source: 'WORKFLOWS', workflowId: 1 },
      object: { objectId: Number(companyId), objectType: 'COMPANY' },
      inputFields,
    });
    const url = action.config.actionUrl.replaceAll('${API_BASE_URL}', options.apiBaseUrl);
    const signed = { method: 'POST', url, body, timestampMs: options.now() };
    const headers = (signature === 'v2' ? actionSignatureHeaders : signatureHeaders)(
      options.clientSecret,
      signed,
    );
    const answer = await send(options.serverUrl + url.slice(options.apiBaseUrl.length), body, headers);
    return {
      callbackId: id,
      ...readAnswer(answer, viewOf(action).outputs),
      sent: `POST ${url}\n${JSON.stringify(JSON.parse(body), null, 2)}`,
      answered: answer.status === null ? answer.body : `${answer.status}\n${answer.body}`,
    };
  };
}

type Answer = {
  /** Null when nothing came; the body then says why. */
  readonly status: number | null;
  readonly retryAfter: string | null;
  readonly body: string;
};

async function send(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: await response.text(),
    };
  } catch (error) {
    return { status: null, retryAfter: null, body: `No answer: ${String(error)}` };
  }
}

type Reading = Pick<ActionOutcome, 'tone' | 'sentence' | 'outputs'>;

/** HubSpot tries again after a 429 and a 5xx, at most ten times within a day, and never after another 4xx. */
function readAnswer(answer: Answer, fields: readonly ActionField[]): Reading {
  const { status, retryAfter, body } = answer;
  if (status === null)
    return { tone: 'danger', sentence: 'No answer; HubSpot would try again.', outputs: [] };
  if (status === 429) {
    const wait = retryAfter === null ? '' : ` after ${retryAfter} ms`;
    return { tone: 'warning', sentence: `Busy (429): HubSpot would try again${wait}.`, outputs: [] };
  }
  if (status >= 300) {
    const then = status >= 500 ? 'HubSpot would try again.' : 'HubSpot does not try again.';
    return { tone: 'danger', sentence: `The action failed (${status}). ${then}`, outputs: [] };
  }
  const values = outputFieldsOf(body);
  if (values === null) {
    return {
      tone: 'danger',
      sentence: 'The answer has no outputFields that HubSpot could read.',
      outputs: [],
    };
  }
  return { ...stateOf(values), outputs: outputsOf(values, fields) };
}

type Values = Readonly<Record<string, unknown>>;

function outputFieldsOf(body: string): Values | null {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return null; // What is not JSON has no fields; the page shows the text itself.
  }
  const fields = (answer as { outputFields?: unknown } | null)?.outputFields;
  return typeof fields === 'object' && fields !== null ? (fields as Values) : null;
}

function stateOf(values: Values): Pick<ActionOutcome, 'tone' | 'sentence'> {
  switch (values['hs_execution_state'] ?? 'SUCCESS') {
    case 'SUCCESS':
      return { tone: 'success', sentence: 'Done. The workflow goes on.' };
    case 'FAIL_CONTINUE':
      return { tone: 'warning', sentence: 'The action reports a failure. The workflow goes on.' };
    case 'BLOCK':
      return {
        tone: 'warning',
        sentence: `The workflow waits for the app, at most ${String(values['hs_expiration_duration'] ?? 'a week')}.`,
      };
    case 'ASYNC':
      return { tone: 'success', sentence: 'Accepted. The app completes it later.' };
    default:
      return { tone: 'danger', sentence: `HubSpot knows no state ${String(values['hs_execution_state'])}.` };
  }
}

function outputsOf(values: Values, fields: readonly ActionField[]): ActionOutcome['outputs'] {
  return fields.map(({ name, label, options }) => {
    const value = values[name];
    const text = value === undefined || value === null ? '--' : String(value);
    return { label, value: options.find((option) => option.value === text)?.label ?? text };
  });
}
