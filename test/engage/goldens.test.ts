/** A few recommendations from beginning to end, as a partner manager reads them. */
import { describe, expect, test } from 'vitest';
import { recommend, type Advice, type Recommendation } from '../../src/engage/recommend.ts';
import { partner } from '../assess/world.ts';
import { onPath, reason, surroundings, verdict, voice } from './world.ts';

function adviceText({ title, because, steps, taskSubject, dueInDays }: Advice): string[] {
  return [
    title,
    ...because.map((sentence) => `  because ${sentence}`),
    ...steps.map(({ text, owner, due }) => `  [${due} ${owner ?? 'nobody'}] ${text}`),
    `  task in ${dueInDays} days: ${taskSubject}`,
  ];
}

function textOf(recommendation: Recommendation | null): string {
  if (recommendation === null) return 'nothing';
  const { path, others, draft, questions, incentive, taskBody } = recommendation;
  return [
    `path ${path}`,
    ...adviceText(recommendation),
    '',
    taskBody,
    '',
    ...others.flatMap((other) => ['or:', ...adviceText(other)]),
    '',
    ...questions.map((question) => `? ${question}`),
    '',
    incentive === null
      ? 'no incentive'
      : [incentive.offer, incentive.because, incentive.code ?? 'no code', ...incentive.conditions].join('\n'),
    '',
    draft.ready ? `Subject: ${draft.subject}\n\n${draft.body}` : ['not ready', ...draft.missing].join('\n'),
    '',
  ].join('\n');
}

const stories: [string, Parameters<typeof recommend>][] = [
  [
    'affiliate-stopped-automated',
    [
      partner({ name: 'Coupon Corner', partnerType: 'affiliate' }),
      verdict(
        [
          reason(
            { behaviour: 'promotion', degree: 'stopped' },
            {
              sentence: 'Neither a click nor a sale came in since 2026-01-01; 180 days are allowed.',
              counterfactual: 'One click or sale clears this.',
            },
          ),
        ],
        { ...onPath('automated'), lastActivityKind: 'click' },
      ),
      surroundings({ voice, rhythm: 'Engagement: usually active every 9 days, mostly 6 to 15 (21 gaps).' }),
    ],
  ],
  [
    'affiliate-clicks-without-sales',
    [
      partner({ name: 'Deal Diary', partnerType: 'affiliate' }),
      verdict(
        [
          reason(
            { behaviour: 'clicks', degree: 'no_sales' },
            {
              severity: 'at_risk',
              sentence: '120 clicks in 90 days brought no sale.',
              counterfactual: 'One sale clears this.',
              lastActivityDay: '2026-07-08',
            },
          ),
        ],
        { ...onPath('assisted'), status: 'at_risk', inactiveSince: null, lastActivityKind: 'click' },
      ),
      surroundings({ voice }),
    ],
  ],
  [
    'reseller-stopped-high-touch',
    [
      partner(),
      verdict(
        [
          reason(
            { behaviour: 'sales', degree: 'stopped' },
            {
              sentence: 'No deal registered or won since 2026-01-01; 180 days are allowed.',
              counterfactual: 'One deal registered or won clears this.',
            },
          ),
          reason(
            { behaviour: 'portal', degree: 'stopped' },
            {
              sentence: 'No portal login since 2026-03-02; 90 days are allowed.',
              counterfactual: 'One portal login clears this.',
              lastActivityDay: '2026-03-02',
            },
          ),
        ],
        {
          segment: { potential: 'high', path: 'high_touch' },
          cadence: {
            stream: 'productive',
            model: 1,
            episodes: 12,
            firstDay: '2025-01-08',
            countedDay: '2026-01-01',
            lastDay: '2026-01-01',
            gaps: { typical: 24, from: 15, to: 40 },
            band: 'unlikely',
            quietFrom: '2026-03-20',
          },
        },
      ),
      surroundings({ voice, rhythm: 'Business: usually active every 24 days, mostly 15 to 40 (11 gaps).' }),
    ],
  ],
  [
    'distributor-never-trained-nothing-filled-in',
    [
      partner({ name: 'Northern Tools', partnerType: 'distributor' }),
      verdict(
        [
          reason(
            { behaviour: 'training', degree: 'never' },
            {
              severity: 'at_risk',
              sentence: 'Nobody has completed a training yet; 365 days are allowed.',
              counterfactual: 'One training completed clears this.',
            },
          ),
        ],
        { status: 'at_risk', inactiveSince: null, lastActivityKind: 'order' },
      ),
      surroundings({ ownerName: null }),
    ],
  ],
  [
    'reseller-back',
    [
      partner(),
      verdict([], { status: 'reactivated', previousStatus: 'inactive', inactiveSince: null }),
      surroundings({ voice }),
    ],
  ],
];

describe('a recommendation reads as a whole', () => {
  test.each(stories)('%s', async (name, [who, judged, around]) => {
    await expect(textOf(recommend(who, judged, around))).toMatchFileSnapshot(`goldens/${name}.txt`);
  });
});
