/** Answers of the server, as the contract has them. Each call makes a fresh one; `changes` replaces whole fields. */
import type { CardPartner, CardResponse } from '../../src/web/contract.ts';

export const reasons: CardPartner['reasons'] = [
  {
    code: 'sales_stopped',
    severity: 'inactive',
    sentence:
      'No deal was registered or won in the last 180 days; at least 1 is expected. The last one was on 19 Aug 2025.',
    counterfactual: 'One deal registered or won clears this.',
    since: '2026-02-15',
    asOf: '2026-06-15T02:10:00Z',
  },
  {
    code: 'portal_stopped',
    severity: 'at_risk',
    sentence: 'Nobody logged in to the partner portal in the last 90 days; the last login was on 2 Mar 2026.',
    counterfactual: 'One portal login clears this.',
    since: '2026-05-31',
    asOf: '2026-06-15T02:10:00Z',
  },
];

/** Of somebody whom nobody has named. */
export const noPermission: CardPartner['access'] = {
  mayAct: false,
  sentence:
    'You can see everything about this partner but not act on it. Ask somebody who may, or whoever runs Rekindle’s server can add your HubSpot user id 9504 to REKINDLE_ACTORS.',
};

type Draft = NonNullable<CardPartner['recommendation']>['draft'];
export const unreadyDraft: Draft = {
  subject: 'How are things on your side?',
  opening: 'Hello Birch Systems team,\n\nYour last deal with us was on 19 Aug 2025.',
  blocks: [
    {
      title: 'Who we are',
      needed: true,
      text: null,
      missing:
        'The selling point is missing. Fill it in on the settings page under “What partners are told”.',
    },
    { title: 'Commission rates', needed: false, text: 'What you earn: 12 %.', missing: null },
    {
      title: 'Upcoming offers',
      needed: false,
      text: null,
      missing: 'There is no upcoming offer. Fill it in on the settings page under “What partners are told”.',
    },
  ],
  closing: 'Best regards\nAda Okafor',
  ready: false,
  missing: ['The selling point is missing. Fill it in on the settings page under “What partners are told”.'],
  body: null,
};

export const readyDraft: Draft = {
  ...unreadyDraft,
  blocks: [
    { title: 'Who we are', needed: true, text: 'Alder Tools: tools that last.', missing: null },
    ...unreadyDraft.blocks.slice(1),
  ],
  ready: true,
  missing: [],
  body: 'Hello Birch Systems team,\n\nAlder Tools: tools that last.\n\nBest regards\nAda Okafor',
};

export function judged(changes: Partial<CardPartner> = {}): CardPartner {
  return {
    state: 'judged',
    access: { mayAct: true, sentence: 'Every user of this HubSpot account may act on partners.' },
    partner: { id: '102', name: 'Birch Systems', owner: 'Ada Okafor' },
    status: {
      value: 'inactive',
      label: 'Inactive',
      since: '2026-02-15',
      previous: 'At risk',
      sentence: 'Birch Systems stopped selling and has not been in the portal since March.',
    },
    health: {
      score: 24,
      contributions: [
        { label: 'Starts at', points: 100 },
        { label: 'No deal in 180 days', points: -50 },
        { label: 'No portal login in 90 days', points: -26 },
      ],
    },
    reasons,
    unknowns: ['Whether campaigns were run is unknown: no connected system reports them.'],
    lastActivity: { day: '2026-03-02', kind: 'portal_login', label: 'Portal login' },
    expectedInactiveDay: null,
    rhythm: {
      evidence: 'Business: usually active every 24 days, mostly 15 to 40 (11 gaps).',
      outlook: 'Of 100 partners with this history, about 12 are active again within 90 days.',
    },
    recommendation: {
      play: 'win_back_call',
      title: 'Call the partner’s owner and offer a joint pipeline review',
      because: [
        'It won 7,000 USD with us last August, and two of our calls went unanswered.',
        'A person it knows should ask what changed.',
      ],
      steps: [
        {
          text: 'Read the last three deals and the note of 6 June before you call.',
          owner: 'Ada Okafor',
          due: '2026-06-17',
        },
        {
          text: 'Ask what changed for them, and write the answer down as the root cause.',
          owner: 'Ada Okafor',
          due: '2026-06-18',
        },
        {
          text: 'Offer a pipeline review within two weeks, with a technical colleague.',
          owner: null,
          due: '2026-06-29',
        },
      ],
      taskSubject: 'Call Birch Systems: what changed since August?',
      taskBody:
        'Last deal: Birch last sale, 19 Aug 2025.\n\nAsk what changed, then offer a joint pipeline review.',
      dueInDays: 3,
      path: 'high_touch',
      others: [
        {
          play: 'share_news',
          title: 'Share what is new',
          because: ['Something new is a better reason to write than their silence is.'],
          steps: [
            { text: 'Write to them personally.', owner: 'Ada Okafor', due: '2026-06-20' },
            { text: 'Check the links.', owner: 'Programme team', due: '2026-06-20' },
          ],
          taskSubject: 'Share what is new with Birch Systems',
          taskBody: 'Tell them what is new.',
          dueInDays: 5,
        },
      ],
      draft: unreadyDraft,
      questions: ['What has changed on your side since August?', 'What would make the next step worth it?'],
      incentive: null,
    },
    holdOut: null,
    recorded: null,
    freshness: {
      syncedAt: '2026-06-15T02:10:00Z',
      stale: false,
      sentence: 'HubSpot was read on 15 Jun 2026 at 02:10.',
    },
    settings: { version: 3, sentence: 'Inactive means: no deal registered or won in 180 days.' },
    ...changes,
  };
}

export const thriving = judged({
  partner: { id: '101', name: 'Alder Networks', owner: 'Ada Okafor' },
  status: {
    value: 'active',
    label: 'Active',
    since: '2025-01-10',
    previous: null,
    sentence: 'Alder Networks sells and stays in touch.',
  },
  health: {
    score: 92,
    contributions: [
      { label: 'Starts at', points: 100 },
      { label: 'Fewer meetings', points: -8 },
    ],
  },
  reasons: [],
  unknowns: [],
  lastActivity: { day: '2026-06-13', kind: 'email_inbound', label: 'Inbound email' },
  expectedInactiveDay: '2026-12-02',
  rhythm: null,
  recommendation: null,
});

export const notAPartner: CardResponse = {
  state: 'not_a_partner',
  definition: 'A partner is a company whose type is PARTNER. This one has the type PROSPECT.',
};

export const notJudgedYet: CardResponse = {
  state: 'not_judged_yet',
  sentence: 'The next nightly run judges this partner.',
};
