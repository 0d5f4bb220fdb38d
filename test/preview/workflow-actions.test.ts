/** A workflow of HubSpot's as the preview plays it, against a server whose answers each test decides. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionSignatureHeaders, signatureHeaders } from '../../src/sandbox/preview/signature.ts';
import type { ActionRequest } from '../../src/sandbox/preview/views.ts';
import { createActionRunner, viewOf, type ActionRunner } from '../../src/sandbox/preview/workflow-actions.ts';
import type { WorkflowActionManifest } from '../../tools/hubspot-project.ts';

const secret = 'test-secret';
const now = 1_795_323_496_199;
const statusOptions = [{ value: 'at_risk', label: 'At risk' }];

const action: WorkflowActionManifest = {
  uid: 'snooze',
  type: 'workflow-action',
  config: {
    actionUrl: '${API_BASE_URL}/workflow-actions/snooze',
    isPublished: true,
    supportedClients: [{ client: 'WORKFLOWS' }],
    inputFields: [
      {
        typeDefinition: { name: 'until', type: 'date', fieldType: 'date' },
        supportedValueTypes: ['STATIC_VALUE'],
        isRequired: true,
      },
    ],
    outputFields: [
      { typeDefinition: { name: 'status', type: 'enumeration', options: statusOptions } },
      { typeDefinition: { name: 'reason', type: 'string' } },
    ],
    labels: {
      en: {
        actionName: 'Snooze until',
        actionDescription: 'Pauses the judgement of a partner.',
        actionCardContent: 'Snooze until {{until}}',
        inputFieldLabels: { until: 'Until' },
        outputFieldLabels: { status: 'Status' },
      },
    },
    objectTypes: ['COMPANY'],
  },
};

type Received = { url: string; headers: IncomingHttpHeaders; body: string };
let server: Server;
let received: Received[];
let answer: { status: number; body: string; headers?: Record<string, string> };
let run: ActionRunner;

const publicUrl = 'https://rekindle.example/partners';
const request = (changes: Partial<ActionRequest> = {}): ActionRequest => ({
  companyId: '102',
  inputFields: { until: 1_798_761_600_000 },
  callbackId: null,
  signature: 'v2',
  ...changes,
});
const outputs = (fields: object): string => JSON.stringify({ outputFields: fields });

beforeEach(async () => {
  received = [];
  answer = { status: 200, body: outputs({}) };
  server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    received.push({ url: incoming.url ?? '', headers: incoming.headers, body });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  run = createActionRunner({
    portalId: '123',
    appId: '99',
    clientSecret: secret,
    apiBaseUrl: publicUrl,
    serverUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    now: () => now,
  });
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

describe('what reaches the server', () => {
  it('names the company, the account and the fields, and no user', async () => {
    const { callbackId } = await run(action, request());
    expect(received[0]?.url).toBe('/workflow-actions/snooze');
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      callbackId,
      origin: { portalId: 123, actionDefinitionId: 99, actionDefinitionVersion: 1 },
      context: { source: 'WORKFLOWS', workflowId: 1 },
      object: { objectId: 102, objectType: 'COMPANY' },
      inputFields: { until: 1_798_761_600_000 },
    });
  });

  it.each([
    ['v2', actionSignatureHeaders],
    ['v3', signatureHeaders],
  ] as const)('is signed over the public address and the body (%s)', async (signature, headersOf) => {
    await run(action, request({ signature }));
    const body = received[0]?.body ?? '';
    const url = `${publicUrl}/workflow-actions/snooze`;
    expect(received[0]?.headers).toMatchObject(
      headersOf(secret, { method: 'POST', url, body, timestampMs: now }),
    );
    const newer = 'x-hubspot-signature-v3' in (received[0]?.headers ?? {});
    expect(newer).toBe(signature === 'v3');
  });

  it('has a name of its own for each execution, and the same one for a retry', async () => {
    const first = await run(action, request());
    const retry = await run(action, request({ callbackId: first.callbackId }));
    const second = await run(action, request());
    expect(retry.callbackId).toBe(first.callbackId);
    expect(second.callbackId).not.toBe(first.callbackId);
    expect(received[1]?.body).toBe(received[0]?.body);
  });
});

describe('what HubSpot makes of the answer', () => {
  it('shows output fields by their labels, and -- for what is not there', async () => {
    answer = { status: 200, body: outputs({ status: 'at_risk' }) };
    await expect(run(action, request())).resolves.toMatchObject({
      tone: 'success',
      outputs: [
        { label: 'Status', value: 'At risk' },
        { label: 'reason', value: '--' },
      ],
    });
  });

  it.each([
    ['SUCCESS', 'success', 'The workflow goes on'],
    ['FAIL_CONTINUE', 'warning', 'reports a failure'],
    ['BLOCK', 'warning', 'waits for the app'],
    ['ASYNC', 'success', 'completes it later'],
    ['PERHAPS', 'danger', 'knows no state PERHAPS'],
  ])('%s', async (state, tone, words) => {
    answer = { status: 200, body: outputs({ hs_execution_state: state }) };
    const outcome = await run(action, request());
    expect(outcome).toMatchObject({ tone, sentence: expect.stringContaining(words) });
  });

  it.each([
    [{ status: 429, body: '', headers: { 'retry-after': '2000' } }, 'try again after 2000 ms'],
    [{ status: 503, body: '' }, 'HubSpot would try again'],
    [{ status: 401, body: '' }, 'does not try again'],
    [{ status: 200, body: 'no JSON' }, 'no outputFields'],
  ])('%j', async (given, words) => {
    answer = given;
    await expect(run(action, request())).resolves.toMatchObject({
      sentence: expect.stringContaining(words),
      outputs: [],
    });
  });

  it('says so when nobody answers', async () => {
    server.close();
    server.closeAllConnections();
    await expect(run(action, request())).resolves.toMatchObject({
      tone: 'danger',
      sentence: 'No answer; HubSpot would try again.',
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
});

it('the editor shows an action’s fields by their labels', () => {
  expect(viewOf(action)).toMatchObject({
    name: 'Snooze until',
    inputs: [{ name: 'until', label: 'Until', type: 'date', required: true }],
    outputs: [{ label: 'Status', options: statusOptions }, { label: 'reason' }],
  });
});
