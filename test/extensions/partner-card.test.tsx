import {
  Accordion,
  Alert,
  Button,
  Dropdown,
  EmptyState,
  ErrorState,
  LoadingButton,
  LoadingSpinner,
  ScoreCircle,
  StatusTag,
  Text,
  Tile,
} from '@hubspot/ui-extensions';
import { CrmActionButton } from '@hubspot/ui-extensions/crm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { statuses, statusNames } from '../../src/model/verdict.ts';
import { cardResponseSchema } from '../../src/web/contract.ts';
import {
  judged,
  noPermission,
  notAPartner,
  notJudgedYet,
  readyDraft,
  reasons,
  thriving,
  unreadyDraft,
} from './answers.ts';
import { effectsHaveRun, held, json, notJson, rejection, renderCard, serve } from './harness.tsx';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  await effectsHaveRun();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

type Card = ReturnType<typeof renderCard>;
const shown = (card: Card): string => card.getRootNode().toString();
const nextStepText = (card: Card): string => card.findByTestId(Tile, 'next-step').toString();
const createButton = (card: Card) => card.findByTestId(LoadingButton, 'create-task');

function wrapped(code: unknown, responseBody: unknown): object {
  return { status: 'error', category: 'BAD_GATEWAY', context: { appServerStatusCode: code, responseBody } };
}

async function settled(card: Card): Promise<void> {
  await card.waitFor(() => card.findByTestId(StatusTag, 'status'));
}

it('the answers used here are the contract’s', () => {
  for (const answer of [judged(), thriving, notAPartner, notJudgedYet]) {
    expect(cardResponseSchema.parse(answer)).toEqual(answer);
  }
});

describe('the verdict', () => {
  it('asks for the company on screen, on the configured server', async () => {
    const calls = serve(json(judged()));
    const card = renderCard({ API_BASE_URL: 'https://rekindle.example/' });
    await settled(card);
    expect(calls).toEqual([
      { url: 'https://rekindle.example/card?companyId=102', options: { method: 'GET' } },
    ]);
  });

  it('shows the partner’s own rhythm, and nothing of it where a server says nothing', async () => {
    serve(json(judged()));
    const card = renderCard();
    await settled(card);
    expect(shown(card)).toContain('usually active every 24 days');
    expect(shown(card)).toContain('about 12 are active again within 90 days');
    const { rhythm: _unknown, ...older } = judged();
    serve(json(older));
    const beside = renderCard();
    await settled(beside);
    expect(shown(beside)).not.toContain('Own rhythm');
  });

  it('comes in the order of the conventions: status, verdict, reasons, action, health, facts, unknowns, footer', async () => {
    serve(json(judged({ expectedInactiveDay: '2026-12-02' })));
    const card = renderCard();
    await settled(card);
    const text = shown(card);
    const landmarks = [
      'Inactive',
      'since 15 Feb 2026',
      'Owner: Ada Okafor',
      'stopped selling and has not been',
      'No deal was registered or won',
      'One deal registered or won clears this.',
      'Since 15 Feb 2026 · As of 14 Jun 2026, 22:10',
      'Call the partner’s owner',
      'It won 7,000 USD',
      'Read the last three deals',
      'Ada Okafor, by 17 Jun 2026',
      'Create task',
      'This message cannot be sent yet',
      'What has changed on your side since August?',
      'Or: Share what is new',
      'ScoreCircle',
      'Portal login, 2 Mar 2026',
      'Inactive on 2 Dec 2026',
      'Whether campaigns were run is unknown',
      'HubSpot was read on',
      'Inactive means: no deal',
    ];
    const places = landmarks.map((landmark) => text.replace(/\s+/g, ' ').indexOf(landmark));
    expect(places.filter((place) => place === -1)).toEqual([]);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it.each(statuses)('has a tag for the status %s', async (value) => {
    serve(json(judged({ status: { ...judged().status, value, label: statusNames[value] } })));
    const card = renderCard();
    await settled(card);
    const tag = card.findByTestId(StatusTag, 'status');
    expect(tag.text).toBe(statusNames[value]);
    expect(tag.props.variant).toBeDefined();
  });

  it('feeds the score circle with health, where 100 is thriving, and lists what adds up to it', async () => {
    serve(json(judged()));
    const card = renderCard();
    await settled(card);
    expect(card.find(ScoreCircle).props.score).toBe(24);
    const text = shown(card);
    for (const points of ['+100', '−50', '−26']) expect(text).toContain(points);
  });

  it('says so when health, last activity, owner and previous status are not known', async () => {
    const status = { ...judged().status, value: 'unknown' as const, label: 'Unknown', previous: null };
    serve(
      json(
        judged({
          status,
          health: null,
          lastActivity: null,
          partner: { ...judged().partner, owner: null },
          recommendation: null,
        }),
      ),
    );
    const card = renderCard();
    await settled(card);
    const text = shown(card);
    expect(text).toContain('Not enough is known');
    expect(text).toContain('None on record');
    expect(text).toContain('No owner');
    expect(card.maybeFind(ScoreCircle)).toBeNull();
    expect(text).not.toMatch(/undefined|null|NaN|Invalid Date|\[object/);
  });

  it('shows three reasons at once and the rest one click away', async () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((code) => ({ ...reasons[0]!, code }));
    serve(json(judged({ reasons: many })));
    const card = renderCard();
    await settled(card);
    const more = card.findByTestId(Accordion, 'more-reasons');
    expect(more.props.title).toBe('2 more reasons');
    expect(more.findAll(Tile).map((tile) => tile.props.testId)).toEqual(['reason-d', 'reason-e']);
  });

  it('is content with an active partner without reasons', async () => {
    serve(json(thriving));
    const card = renderCard();
    await settled(card);
    expect(card.find(EmptyState).props.title).toBe('Nothing speaks against this partner');
    expect(card.maybeFindByTestId(LoadingButton, 'create-task')).toBeNull();
  });

  it('warns when the data behind it is old', async () => {
    const sentence = 'The run of 14 June did not finish; this is the picture of 12 June.';
    serve(json(judged({ freshness: { syncedAt: null, stale: true, sentence } })));
    const card = renderCard();
    await settled(card);
    const alert = card.find(Alert, { title: 'This verdict rests on old data' });
    expect(alert.props.variant).toBe('warning');
    expect(alert.text).toBe(sentence);
  });

  it('tells times in UTC, and says so, when the portal’s zone is not known to the browser', async () => {
    serve(json(judged()));
    const card = renderCard();
    card.mocks.context.portal.timezone = 'Mars/Olympus';
    await settled(card);
    expect(shown(card)).toContain('02:10 UTC');
  });

  it('has one primary button', async () => {
    serve(json(judged()));
    const card = renderCard();
    await settled(card);
    const primary = [
      ...card.findAll(Button),
      ...card.findAll(LoadingButton),
      ...card.findAll(CrmActionButton),
    ].filter(({ props }) => props.variant === 'primary');
    expect(primary.map(({ text }) => text)).toEqual(['Create task']);
  });

  it('offers HubSpot’s own email and meeting editors for the same company', async () => {
    serve(json(judged()));
    const card = renderCard();
    await settled(card);
    expect(card.findAll(CrmActionButton).map(({ props }) => [props.actionType, props.actionContext])).toEqual(
      [
        ['SEND_EMAIL', { objectTypeId: '0-2', objectId: 102 }],
        ['SCHEDULE_MEETING', { objectTypeId: '0-2', objectId: 102 }],
      ],
    );
  });
});

describe('the primary button', () => {
  const done = { state: 'created', taskId: '900', sentence: 'Due on 18 Jun 2026, assigned to Ada Okafor.' };

  it('creates the task, announces it, and refreshes the record and the card', async () => {
    const calls = serve(json(judged()), json(done), json(judged()));
    const card = renderCard();
    await settled(card);
    createButton(card).trigger('onClick');
    await card.waitFor(() => card.find(Alert, { title: 'Task created' }));
    expect(calls[1]).toEqual({
      url: 'https://rekindle.example/card/task',
      options: { method: 'POST', body: { companyId: '102', play: 'win_back_call' } },
    });
    const { addAlert, refreshObjectProperties } = card.mocks.actions;
    expect(addAlert.calls).toEqual([[{ type: 'success', title: 'Task created', message: done.sentence }]]);
    expect(refreshObjectProperties.callCount).toBe(1);
    await card.waitFor(() => expect(calls).toHaveLength(3));
    expect(createButton(card).text).toBe('Task created');
    expect(createButton(card).props.disabled).toBe(true);
  });

  it('is busy while the server works, and a second press sends nothing', async () => {
    const slow = held(done);
    const calls = serve(json(judged()), slow.answer, json(judged()));
    const card = renderCard();
    await settled(card);
    createButton(card).trigger('onClick');
    await card.waitFor(() => expect(createButton(card).props.loading).toBe(true));
    createButton(card).trigger('onClick');
    slow.release();
    await card.waitFor(() => expect(createButton(card).props.disabled).toBe(true));
    expect(calls.filter(({ options }) => options.method === 'POST')).toHaveLength(1);
  });

  it('says that the task was there already', async () => {
    const sentence = 'It was created on 10 June and is still open.';
    serve(json(judged()), json({ state: 'already_created', taskId: '7', sentence }), json(judged()));
    const card = renderCard();
    await settled(card);
    createButton(card).trigger('onClick');
    await card.waitFor(() => card.find(Alert, { title: 'The task was there already' }));
    expect(nextStepText(card)).toContain(sentence);
    expect(createButton(card).props.disabled).toBe(true);
    expect(card.mocks.actions.addAlert.calls[0]?.[0].type).toBe('info');
  });

  it('gives the reason of a refusal and can be pressed again', async () => {
    const sentence = 'Only users who may edit this company can create its tasks.';
    serve(json(judged()), json({ state: 'refused', taskId: null, sentence }));
    const card = renderCard();
    await settled(card);
    createButton(card).trigger('onClick');
    await card.waitFor(() => card.find(Alert, { title: 'No task was created' }));
    expect(nextStepText(card)).toContain(sentence);
    expect(createButton(card).props.disabled).toBe(false);
    expect(card.mocks.actions.addAlert.callCount).toBe(0);
  });

  it('sends a person to look when nobody knows whether the task exists', async () => {
    const sentence = 'HubSpot’s answer was lost. Look under the company’s activities.';
    serve(json(judged()), json({ state: 'unclear', taskId: null, sentence }));
    const card = renderCard();
    await settled(card);
    createButton(card).trigger('onClick');
    await card.waitFor(() => card.find(Alert, { title: 'Look whether the task is there' }));
    expect(nextStepText(card)).toContain(sentence);
    expect(card.maybeFind(Alert, { title: 'No task was created' })).toBeNull();
    expect(createButton(card).text).toBe('Create task');
    expect(createButton(card).props.disabled).toBe(true);
    expect(card.mocks.actions.refreshObjectProperties.callCount).toBe(0);
    expect(card.mocks.actions.addAlert.callCount).toBe(0);
  });

  it('explains a failure where it was pressed, with the reference, and works at the second attempt', async () => {
    const body = {
      status: 'error',
      category: 'BAD_GATEWAY',
      context: {
        appServerStatusCode: ['503'],
        responseBody: ['{"error":"The database is away.","correlationId":"c-42"}'],
      },
    };
    serve(json(judged()), json(body, 502), json(done), json(judged()));
    const card = renderCard();
    await settled(card);
    createButton(card).trigger('onClick');
    await card.waitFor(() => card.find(Alert, { variant: 'danger' }));
    expect(nextStepText(card)).toContain('Reference: c-42');
    createButton(card).trigger('onClick');
    await card.waitFor(() => card.find(Alert, { title: 'Task created' }));
  });

  it('starts afresh when another play is recommended', async () => {
    const other = judged();
    other.recommendation = {
      ...other.recommendation!,
      play: 'training_invite',
      title: 'Invite to the training',
    };
    serve(json(judged()), json(done), json(other));
    const card = renderCard();
    await settled(card);
    createButton(card).trigger('onClick');
    await card.waitFor(() => expect(nextStepText(card)).toContain('Invite to the training'));
    expect(createButton(card).text).toBe('Create task');
    expect(createButton(card).props.disabled).toBe(false);
  });
});

const withDraft = (draft: typeof readyDraft) =>
  json(judged({ recommendation: { ...judged().recommendation!, draft } }));
const emailContext = (card: Card) =>
  card.find(CrmActionButton, { actionType: 'SEND_EMAIL' }).props.actionContext;

describe('the message to the partner', () => {
  it('goes into HubSpot’s email editor as it is, once nothing is missing', async () => {
    serve(withDraft(readyDraft));
    const card = renderCard();
    await settled(card);
    expect(emailContext(card)).toEqual({
      objectTypeId: '0-2',
      objectId: 102,
      initialEmailSubject: readyDraft.subject,
      initialEmailBody: readyDraft.body,
    });
    expect(card.findByTestId(Accordion, 'draft').props.title).toBe('Message: “How are things on your side?”');
  });

  it('goes nowhere while something is missing, and says what and where to fill it in', async () => {
    serve(json(judged()));
    const card = renderCard();
    await settled(card);
    expect(emailContext(card)).toEqual({ objectTypeId: '0-2', objectId: 102 });
    expect(card.maybeFindByTestId(Button, 'copy-draft')).toBeNull();
    const draft = card.findByTestId(Accordion, 'draft');
    expect(draft.props.title).toBe('Message: not ready, 1 thing is missing');
    expect(draft.toString()).toContain('Left out.');
    expect(draft.find(Alert).toString()).toContain(unreadyDraft.missing[0]);
    expect(draft.toString()).toContain('Upcoming offers (where known)');
  });

  it('is copied with its subject', async () => {
    serve(withDraft(readyDraft));
    const card = renderCard();
    await settled(card);
    card.findByTestId(Button, 'copy-draft').trigger('onClick');
    const { copyTextToClipboard, addAlert } = card.mocks.actions;
    expect(copyTextToClipboard.calls).toEqual([[`${readyDraft.subject}\n\n${readyDraft.body}`]]);
    // No change of the card follows that its own waiting could see.
    await vi.waitFor(() => expect(addAlert.calls[0]?.[0].type).toBe('success'));
  });

  it('says so when the browser forbids copying', async () => {
    serve(withDraft(readyDraft));
    const card = renderCard();
    await settled(card);
    card.mocks.actions.copyTextToClipboard.nextError(new Error('not allowed'));
    card.findByTestId(Button, 'copy-draft').trigger('onClick');
    await vi.waitFor(() =>
      expect(card.mocks.actions.addAlert.calls[0]?.[0].title).toBe('Nothing was copied'),
    );
  });
});

describe('what else could be done', () => {
  const done = { state: 'created', taskId: '901', sentence: 'The task was created.' };

  it('is one click away, with steps of its own, and never a second primary button', async () => {
    serve(json(judged()));
    const card = renderCard();
    await settled(card);
    const other = card.findByTestId(Accordion, 'other-share_news');
    expect(other.props.title).toBe('Or: Share what is new');
    expect(other.toString()).toContain('Programme team, by 20 Jun 2026');
    expect(card.findByTestId(LoadingButton, 'create-share_news').props.variant).toBe('secondary');
  });

  it('makes its own task and leaves the recommended one to be made', async () => {
    const calls = serve(json(judged()), json(done), json(judged()));
    const card = renderCard();
    await settled(card);
    card.findByTestId(LoadingButton, 'create-share_news').trigger('onClick');
    await card.waitFor(() => card.find(Alert, { title: 'Task created' }));
    expect(calls[1]?.options.body).toEqual({ companyId: '102', play: 'share_news' });
    expect(nextStepText(card)).not.toContain('Task created');
    expect(createButton(card).props.disabled).toBe(false);
  });

  it('includes an incentive where the settings allow one, with its dates, code and limits', async () => {
    const incentive = {
      kind: 'exclusive_voucher' as const,
      title: 'Exclusive voucher code',
      offer: 'Up to 10 % off with a code of their own.',
      because: 'A code that nobody else has is something new to tell.',
      from: '2026-06-15',
      until: '2026-07-14',
      code: 'BACK102',
      conditions: ['Create the code in the shop before you promise it.'],
    };
    serve(json(judged({ recommendation: { ...judged().recommendation!, incentive } })));
    const card = renderCard();
    await settled(card);
    const text = card.findByTestId(Accordion, 'incentive').toString();
    for (const part of [
      'Up to 10 % off',
      'BACK102',
      'Create the code in the shop',
      '15 Jun 2026 to',
      '14 Jul 2026',
    ])
      expect(text.replace(/\s+/g, ' ')).toContain(part);
  });

  it('shows no incentive where none is allowed', async () => {
    serve(json(judged()));
    const card = renderCard();
    await settled(card);
    expect(card.maybeFindByTestId(Accordion, 'incentive')).toBeNull();
  });
});

describe('honest states', () => {
  it('shows that it is loading', () => {
    serve(held(judged()).answer);
    expect(renderCard().find(LoadingSpinner).props.label).toBe('Asking Rekindle about this partner');
  });

  it('says that a company is no partner, and by which definition', async () => {
    serve(json(notAPartner));
    const card = renderCard();
    await card.waitFor(() => card.find(EmptyState, { title: 'Not a partner' }));
    expect(card.find(EmptyState).find(Text).text).toContain('type is PARTNER');
  });

  it('says that a partner is not judged yet, and looks again when asked', async () => {
    serve(json(notJudgedYet), json(judged()));
    const card = renderCard();
    await card.waitFor(() => card.find(EmptyState, { title: 'Not judged yet' }));
    card.findByTestId(Button, 'check-again').trigger('onClick');
    await settled(card);
    expect(card.maybeFind(EmptyState)).toBeNull();
  });

  const refusal = '{"error":"The signature is not HubSpot’s.","correlationId":"c-7"}';

  it.each([
    ['a rejected promise', rejection('network'), 'Rekindle cannot be reached'],
    [
      'HubSpot’s own 502',
      json({ status: 'error', category: 'BAD_GATEWAY' }, 502),
      'Rekindle cannot be reached',
    ],
    ['an empty 504', notJson('', 504), 'Rekindle cannot be reached'],
    [
      'a wrapped 401, as lists',
      json(wrapped(['401'], [refusal]), 502),
      'Rekindle did not accept HubSpot’s request',
    ],
    [
      'a wrapped 401, as values',
      json(wrapped(401, JSON.parse(refusal)), 502),
      'Rekindle did not accept HubSpot’s request',
    ],
    ['a bare 403', json(JSON.parse(refusal), 403), 'Rekindle did not accept HubSpot’s request'],
    ['a wrapped 404', json(wrapped([404], ['<html>']), 502), 'Rekindle’s server does not know this request'],
    ['HubSpot’s 429', json({ status: 'error', category: 'RATE_LIMITS' }, 429), 'Rekindle is busy'],
    ['a wrapped 500', json(wrapped('500', refusal), 502), 'Rekindle’s server has a problem'],
    ['HTML with status 200', notJson('<html>hello</html>'), 'Rekindle’s answer makes no sense to this card'],
    ['another state', json({ state: 'promoted' }), 'Rekindle’s answer makes no sense to this card'],
    [
      'a missing field',
      json({ ...judged(), freshness: undefined }),
      'Rekindle’s answer makes no sense to this card',
    ],
    ['a list', json([judged()]), 'Rekindle’s answer makes no sense to this card'],
    ['null', json(null), 'Rekindle’s answer makes no sense to this card'],
    [
      'a day that does not exist',
      json(judged({ expectedInactiveDay: '2026-13-45' })),
      'Rekindle’s answer makes no sense to this card',
    ],
  ])('explains %s and recovers with Try again', async (_, answer, title) => {
    serve(answer, json(judged()));
    const card = renderCard();
    await card.waitFor(() => card.find(ErrorState));
    expect(card.find(ErrorState).props.title).toBe(title);
    expect(card.find(ErrorState).findAll(Text)[0]?.text).toMatch(/Try again|try again|Ask your|ask your/);
    expect(shown(card)).not.toMatch(/undefined|null|NaN/);
    card.findByTestId(Button, 'try-again').trigger('onClick');
    await settled(card);
  });

  it('says what an administrator has to set when the server’s address is missing, and calls nobody', async () => {
    const calls = serve();
    const card = renderCard({});
    await card.waitFor(() => card.find(ErrorState));
    expect(card.find(ErrorState).toString()).toContain('API_BASE_URL');
    expect(calls).toEqual([]);
  });

  it('keeps the verdict on screen while it refreshes, and when the refresh fails', async () => {
    const slow = held(null);
    serve(json(judged()), slow.answer);
    const card = renderCard();
    await settled(card);
    card.findByTestId(Button, 'refresh').trigger('onClick');
    await card.waitFor(() => expect(card.findByTestId(Button, 'refresh').props.disabled).toBe(true));
    expect(card.findByTestId(StatusTag, 'status').text).toBe('Inactive');
    slow.release();
    await card.waitFor(() => card.find(Alert, { variant: 'warning' }));
    expect(card.findByTestId(StatusTag, 'status').text).toBe('Inactive');
    expect(card.find(Alert, { variant: 'warning' }).toString()).toContain('loaded earlier');
  });
});

describe('for somebody who may not act on partners', () => {
  const recorded: NonNullable<ReturnType<typeof judged>['recorded']> = {
    snoozedUntil: '2026-07-15',
    excludedBecause: null,
    rootCause: { value: 'competition', label: 'Competition' },
    planStage: null,
    decision: null,
    decisionDueOn: null,
    nextReviewOn: null,
  };

  it('says so, by whom it can be changed, in place of all that acts, and shows everything else', async () => {
    const answer = judged({ access: noPermission, recorded });
    expect(cardResponseSchema.parse(answer)).toEqual(answer);
    serve(json(answer));
    const card = renderCard();
    await settled(card);
    const said = card.findAll(Alert).map((alert) => `${alert.props.title} ${alert.text}`);
    expect(said).toContain(`You can look, not act ${noPermission.sentence}`);
    expect(card.findAll(CrmActionButton)).toEqual([]);
    expect(card.findAll(LoadingButton)).toEqual([]);
    expect(card.findAll(Dropdown)).toEqual([]);
    const offered = card.findAll(Button).map(({ props }) => props.testId);
    expect(offered.toSorted()).toEqual(['refresh', 'toggle-history']);
    const theirs = shown(card);
    for (const words of [
      'Birch Systems stopped selling',
      'No deal was registered or won in the last 180 days',
      'Read the last three deals',
      'Task: “Call Birch Systems',
      'Message: not ready',
      'Questions to ask',
      'Or: Share what is new',
      'Competition',
      'Health, out of 100',
    ]) {
      expect(theirs).toContain(words);
    }
  });

  it('leaves nothing of it where everybody may act, also by the word of an older server', async () => {
    const { access: _unknown, ...older } = judged();
    for (const answer of [older, judged()]) {
      serve(json(answer));
      const card = renderCard();
      await settled(card);
      expect(createButton(card).props.disabled).toBe(false);
      expect(card.findByTestId(Button, 'do-log_outreach')).toBeDefined();
      expect(shown(card)).not.toContain('You can look, not act');
    }
  });
});
