import type { Requests } from './requests.ts';
import type { Transport } from './transport.ts';

/** What it takes to ask HubSpot something: the request, and the way there. */
export type Api = { readonly transport: Transport; readonly requests: Requests };
