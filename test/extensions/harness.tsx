/** The card in HubSpot's own test renderer, with a server whose answers a test decides one by one. */
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { vi } from 'vitest';
import { PartnerCard } from '../../extensions/card/PartnerCard.tsx';
import { PartnerPreview } from '../../extensions/card/PartnerPreview.tsx';

export type Call = { readonly url: string; readonly options: { method?: string; body?: unknown } };
type Answer = () => Promise<Response>;

export function json(body: unknown, status = 200): Answer {
  return async () => new Response(JSON.stringify(body), { status });
}

export function notJson(text: string, status = 200): Answer {
  return async () => new Response(text, { status });
}

export function rejection(message: string): Answer {
  return async () => {
    throw new Error(message);
  };
}

/** An answer that arrives when the test says so. */
export function held(body: unknown): { answer: Answer; release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    answer: async () => {
      await promise;
      return new Response(JSON.stringify(body));
    },
    release: resolve,
  };
}

/** Answers in order; a call too many is a rejection that names itself. */
export function serve(...answers: Answer[]): Call[] {
  const calls: Call[] = [];
  const hsFetch = (url: string | URL, options: Call['options'] = {}): Promise<Response> => {
    calls.push({ url: String(url), options });
    const answer =
      answers[calls.length - 1] ?? rejection(`unexpected call ${calls.length} to ${String(url)}`);
    return answer();
  };
  vi.stubGlobal('self', { hsFetch });
  return calls;
}

/**
 * Lets React run the effects it has scheduled (on setImmediate). The renderer cannot unmount, so without this a card of
 * one test would ask the server of the next.
 */
export async function effectsHaveRun(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

const serverAddress = 'https://rekindle.example';

export function renderCard(variables: Record<string, string> = { API_BASE_URL: serverAddress }) {
  const renderer = createRenderer('crm.record.tab');
  const { context, actions } = renderer.mocks;
  context.crm.objectId = 102;
  context.crm.objectTypeId = '0-2';
  context.portal.timezone = 'America/New_York';
  context.variables = variables;
  renderer.render(<PartnerCard context={context} actions={actions} />);
  return renderer;
}

export function renderPreview() {
  const renderer = createRenderer('crm.preview');
  const { context } = renderer.mocks;
  context.crm.objectId = 102;
  context.crm.objectTypeId = '0-2';
  context.variables = { API_BASE_URL: serverAddress };
  renderer.render(<PartnerPreview context={context} />);
  return renderer;
}
