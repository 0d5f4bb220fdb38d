/** The kinds of activity. Values are stored and written to HubSpot: never rename one. */
export const productiveKinds = [
  'lead_submitted',
  'deal_registered',
  'deal_won',
  'order',
  'sale',
  'co_sell',
] as const;

export const engagementKinds = [
  'click',
  'portal_login',
  'training_completed',
  'content_used',
  'campaign_run',
  'meeting_held',
  'call_inbound',
  'email_inbound',
  'form_submitted',
] as const;

/** What we did, not the partner: kept for the plan's history, never counted as partner activity. */
export const outreachKinds = ['email_outbound', 'call_outbound', 'note_logged', 'task_done'] as const;

export const partnerKinds = [...productiveKinds, ...engagementKinds] as const;
export const kinds = [...partnerKinds, ...outreachKinds] as const;

export type PartnerKind = (typeof partnerKinds)[number];
export type Kind = (typeof kinds)[number];

const partnerKindSet: ReadonlySet<string> = new Set(partnerKinds);

export function isPartnerKind(kind: Kind): kind is PartnerKind {
  return partnerKindSet.has(kind);
}

/** How a person calls one of them, for sentences: "no deal registered", "last portal login". */
export const kindNames: Readonly<Record<Kind, string>> = {
  lead_submitted: 'lead submitted',
  deal_registered: 'deal registered',
  deal_won: 'deal won',
  order: 'order',
  sale: 'sale',
  co_sell: 'co-selling deal',
  click: 'click',
  portal_login: 'portal login',
  training_completed: 'training completed',
  content_used: 'content used',
  campaign_run: 'campaign run',
  meeting_held: 'meeting held',
  call_inbound: 'inbound call',
  email_inbound: 'inbound email',
  form_submitted: 'form submitted',
  email_outbound: 'email we sent',
  call_outbound: 'call we made',
  note_logged: 'note we logged',
  task_done: 'task we did',
};
