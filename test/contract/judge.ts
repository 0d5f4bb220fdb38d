/** Judges traffic with HubSpot against the contract. It knows shapes; what HubSpot would do is the sandbox's to play. */
import addFormats from 'ajv-formats';
import { OpenAPIBackend, type Document } from 'openapi-backend';
import type { Contract } from './contract.ts';
import { asOnTheWire } from './wire.ts';

export type SentRequest = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};
export type Violation = {
  readonly where: 'request' | `answer ${number}`;
  readonly method: string;
  readonly path: string;
  readonly problems: readonly string[];
};
export type Judge = {
  /** `GET /crm/objects/2026-09/{objectType}` and the like; null where the contract has no such operation. */
  operationOf(request: SentRequest): string | null;
  judgeRequest(request: SentRequest): Violation[];
  judgeAnswer(request: SentRequest, status: number, text: string): Violation[];
};

type AjvError = { readonly instancePath?: string; readonly message?: string; readonly params?: unknown };

export async function createJudge(contract: Contract): Promise<Judge> {
  const api = new OpenAPIBackend({
    definition: asOnTheWire(contract) as unknown as Document,
    quick: true,
    ajvOpts: { strict: false, allErrors: true },
    customizeAjv: (ajv) => {
      addFormats.default(ajv);
      return ajv;
    },
  });
  await api.init();

  const match = (request: SentRequest) => api.router.matchOperation(parsed(request)) ?? null;
  return {
    operationOf: (request) => match(request)?.operationId ?? null,
    judgeRequest(request) {
      const operation = match(request);
      if (operation === null) return violation('request', request, ['the contract has no such operation']);
      const { valid, errors } = api.validator.validateRequest(parsed(request), operation);
      return violation('request', request, [
        ...(/^Bearer \S+$/.test(String(request.headers['authorization'] ?? '')) ? [] : ['no bearer token']),
        ...(request.body === '' || readJson(request.body) !== unreadable ? [] : ['the body is no JSON']),
        ...(valid ? [] : problemsOf(errors ?? [])),
      ]);
    },
    judgeAnswer(request, status, text) {
      const operation = match(request);
      if (operation === null) return [];
      const where = `answer ${status}` as const;
      const declared = Object.keys(operation.responses ?? {});
      if (!declared.includes(String(status)) && (status < 400 || !declared.includes('default'))) {
        return violation(where, request, [`the contract declares ${declared.join(', ')} only`]);
      }
      const body = readJson(text);
      if (body === unreadable) {
        // What stands in front of HubSpot answers its own failures, and not in JSON.
        const isEmptyOnPurpose = text === '' && status === 204;
        return status >= 500 || isEmptyOnPurpose ? [] : violation(where, request, ['the body is no JSON']);
      }
      const { valid, errors } = api.validator.validateResponse(body, operation, status);
      return valid ? [] : violation(where, request, problemsOf(errors ?? []));
    },
  };
}

function violation(
  where: Violation['where'],
  request: SentRequest,
  problems: readonly string[],
): Violation[] {
  const { method, path } = parsed(request);
  return problems.length === 0 ? [] : [{ where, method, path, problems }];
}

const unreadable = Symbol('unreadable');

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
}

function parsed({ method, url, headers, body }: SentRequest) {
  const { pathname, searchParams } = new URL(url, 'http://hubspot');
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(searchParams.keys())) {
    const all = searchParams.getAll(name);
    query[name] = all.length === 1 ? (all[0] ?? '') : all;
  }
  const sent: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent[name] = value;
  const content = readJson(body);
  return {
    method,
    path: pathname,
    query,
    headers: sent,
    ...(content === unreadable ? {} : { body: content as object }),
  };
}

function problemsOf(errors: readonly AjvError[]): string[] {
  return errors.map(({ instancePath, message, params }) =>
    `${instancePath || '/'} ${message ?? ''} ${params === undefined ? '' : JSON.stringify(params)}`.trim(),
  );
}
