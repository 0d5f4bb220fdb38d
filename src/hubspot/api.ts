import type { Requests } from './requests.ts';
import type { Send } from './transport.ts';

/** What it takes to ask HubSpot something: the request, and the way there. */
export type Api = { readonly send: Send; readonly requests: Requests };
