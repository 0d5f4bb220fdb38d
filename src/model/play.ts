/** The plays: re-engagement recipes. Ids are written to HubSpot (`rekindle_recommended_action`): never rename one. */
export const plays = [
  'welcome_and_activate',
  'personal_call',
  'share_new_offer',
  'fix_conversion',
  'training_invitation',
  'portal_reintroduction',
  'marketing_support',
  'early_check_in',
  'celebrate_and_build',
  'review_partnership',
] as const;
export type Play = (typeof plays)[number];

export const playNames: Readonly<Record<Play, string>> = {
  welcome_and_activate: 'Welcome and activate',
  personal_call: 'Call in person',
  share_new_offer: 'Share a new offer',
  fix_conversion: 'Fix conversion',
  training_invitation: 'Invite to training',
  portal_reintroduction: 'Reintroduce the portal',
  marketing_support: 'Support their marketing',
  early_check_in: 'Check in early',
  celebrate_and_build: 'Celebrate and build on it',
  review_partnership: 'Review the partnership',
};
