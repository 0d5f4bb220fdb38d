/** The card's actions in HubSpot's own test renderer: one form at a time, one request a press. */
import {
  Alert,
  Button,
  DateInput,
  DescriptionListItem,
  Dropdown,
  Form,
  LoadingButton,
  Select,
  StatusTag,
  TextArea,
  Tile,
} from '@hubspot/ui-extensions';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionForms } from '../../extensions/card/action-forms.ts';
import { actionNames, outreachNames } from '../../src/model/partner-action.ts';
import { decisionNames, rootCauseNames } from '../../src/model/plan.ts';
import { actionRequestSchema, type ActionResponse } from '../../src/web/action-contract.ts';
import { cardResponseSchema, type CardPartner } from '../../src/web/contract.ts';
import { judged } from './answers.ts';
import { effectsHaveRun, held, json, rejection, renderCard, serve, type Call } from './harness.tsx';

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
const recorded: NonNullable<CardPartner['recorded']> = {
  snoozedUntil: '2026-07-15',
  excludedBecause: null,
  rootCause: { value: 'competition', label: 'Competition' },
  planStage: { value: 'review_due', label: 'Review due' },
  decision: null,
  decisionDueOn: '2026-08-01',
  nextReviewOn: '2026-08-01',
};
const holdOut: NonNullable<CardPartner['holdOut']> = {
  until: '2026-09-13',
  sentence: 'Leave it alone until then.',
  consequences: 'If you act anyway, this spell counts no more.',
};
const done: ActionResponse = { state: 'done', sentence: 'It is done.' };

async function open(answer = judged()): Promise<Card> {
  const card = renderCard();
  await card.waitFor(() => card.findByTestId(StatusTag, 'status'));
  expect(cardResponseSchema.parse(answer)).toEqual(answer);
  return card;
}

function choose(card: Card, action: string): void {
  const direct = card.maybeFind(Button, { testId: `do-${action}` });
  (direct ?? card.findByTestId(Dropdown.ButtonItem, `do-${action}`)).trigger('onClick');
}

const form = (card: Card) => card.findByTestId(Tile, 'action-form');
const submit = (card: Card): void => card.find(Form).trigger('onSubmit');
const bodyOf = ({ options }: Call): Record<string, unknown> => options.body as Record<string, unknown>;

/** The renderer's types ask for the handler where it takes what the handler is called with. */
const given = (value: unknown): never => value as never;

function pick(card: Card, name: string, value: string): void {
  card.find(Select, { name }).trigger('onChange', given(value));
}

function type(card: Card, name: string, text: string): void {
  card.find(TextArea, { name }).trigger('onInput', given(text));
}

function pickDay(card: Card, name: string, day: { year: number; month: number; date: number } | null): void {
  card.find(DateInput, { name }).trigger('onChange', given(day));
}

function fillOutreach(card: Card): void {
  pick(card, 'way', 'call');
  type(card, 'note', 'Nobody picked up.');
  pickDay(card, 'followUpOn', { year: 2026, month: 6, date: 3 });
}

it('speaks the words of the model', () => {
  expect(actionForms.log_outreach.fields[0]).toMatchObject({ options: outreachNames });
  expect(actionForms.record_root_cause.fields[0]).toMatchObject({ options: rootCauseNames });
  expect(actionForms.decide.fields[0]).toMatchObject({ options: decisionNames });
});

describe('what is recorded', () => {
  it('is listed in words, and nothing where nobody has recorded anything', async () => {
    serve(json(judged({ recorded })));
    const card = await open(judged({ recorded }));
    const text = card.getRootNode().toString();
    for (const shown of ['15 Jul 2026', 'Competition', 'Review due', 'Due on 1 Aug 2026; a person decides']) {
      expect(text).toContain(shown);
    }
    serve(json(judged()));
    const beside = await open();
    expect(beside.maybeFind(DescriptionListItem, { label: 'Root cause' })).toBeNull();
  });

  it('decides what can be undone: a snooze is ended, an excluded partner included', async () => {
    serve(json(judged({ recorded: { ...recorded, excludedBecause: 'A sister company.' } })));
    const card = await open();
    expect(card.maybeFind(Button, { testId: 'do-snooze_until' })).toBeNull();
    expect(card.findByTestId(Button, 'do-end_snooze').text).toBe('End snooze');
    expect(card.findByTestId(Dropdown.ButtonItem, 'do-include').text).toBe('Include again');
    expect(card.maybeFind(Dropdown.ButtonItem, { testId: 'do-exclude' })).toBeNull();
    expect(card.getRootNode().toString()).toContain('A sister company.');
  });
});

describe('a partner that is held out', () => {
  const heldOut = judged({ holdOut, recommendation: null });

  it('says until when and why instead of a next step, and what follows before anybody acts anyway', async () => {
    serve(json(heldOut));
    const card = await open(heldOut);
    const alert = card.findAll(Alert).find(({ props }) => props.variant === 'info');
    expect(alert?.props.title).toBe('Held out until 13 Sept 2026 to measure what re-engaging brings');
    expect(alert?.text).toBe('Leave it alone until then.');
    expect(card.getRootNode().toString()).toContain('If you act anyway, this spell counts no more.');
    expect(card.maybeFind(Tile, { testId: 'next-step' })).toBeNull();
    expect(card.maybeFind(Form)).toBeNull();
  });

  it('can be acted on anyway, or left alone on second thoughts', async () => {
    const calls = serve(json(heldOut), json(done), json(judged()));
    const card = await open(heldOut);
    choose(card, 'act_anyway');
    card.findByTestId(Button, 'cancel-action').trigger('onClick');
    expect(card.maybeFind(Form)).toBeNull();
    choose(card, 'act_anyway');
    type(card, 'reason', 'They called us.');
    submit(card);
    await card.waitFor(() => expect(calls).toHaveLength(3));
    expect(bodyOf(calls[1] as Call)).toMatchObject({ action: 'act_anyway', reason: 'They called us.' });
    await card.waitFor(() => card.findByTestId(Tile, 'next-step'));
    expect(card.getRootNode().toString()).not.toContain('Held out until');
  });

  it('is told to whoever may only look, without the way to act', async () => {
    const reader = { ...heldOut, access: { mayAct: false, sentence: 'Ask somebody.' } };
    serve(json(reader));
    const card = await open(reader);
    expect(card.getRootNode().toString()).toContain('Held out until');
    expect(card.maybeFind(Button, { testId: 'do-act_anyway' })).toBeNull();
  });
});

it('every action can be opened, filled in and sent as the server reads it', async () => {
  for (const action of actionNames) {
    const shownFor: Partial<CardPartner> =
      action === 'end_snooze' || action === 'include'
        ? { recorded: { ...recorded, excludedBecause: 'x' } }
        : action === 'act_anyway'
          ? { holdOut, recommendation: null }
          : {};
    const calls = serve(json(judged(shownFor)), json(done), json(judged()));
    const card = await open();
    choose(card, action);
    for (const { kind, name } of actionForms[action].fields) {
      if (kind === 'choice') pick(card, name, 'other');
      if (kind === 'text') type(card, name, 'because');
      if (kind === 'day') pickDay(card, name, { year: 2026, month: 11, date: 31 });
    }
    submit(card);
    await card.waitFor(() => expect(calls).toHaveLength(3));
    const request = actionRequestSchema.parse(bodyOf(calls[1] as Call));
    expect(request).toMatchObject({ companyId: '102', action });
    for (const { kind, name } of actionForms[action].fields) {
      expect(request[name]).toBe({ choice: 'other', text: 'because', day: '2026-12-31' }[kind]);
    }
    await effectsHaveRun();
  }
});

describe('an outreach', () => {
  it('is sent, announced, and the card and the record’s properties are refreshed', async () => {
    const calls = serve(json(judged()), json(done), json(judged({ recorded })));
    const card = await open();
    choose(card, 'log_outreach');
    expect(card.findByTestId(LoadingButton, 'send-action').props.disabled).toBe(true);
    fillOutreach(card);
    expect(card.findByTestId(LoadingButton, 'send-action').props.disabled).toBe(false);
    submit(card);
    await card.waitFor(() => card.find(DescriptionListItem, { label: 'Root cause' }));
    expect(calls[1]).toMatchObject({
      url: 'https://rekindle.example/card/action',
      options: {
        method: 'POST',
        body: {
          companyId: '102',
          action: 'log_outreach',
          way: 'call',
          note: 'Nobody picked up.',
          followUpOn: '2026-07-03',
        },
      },
    });
    expect(card.mocks.actions.addAlert.calls).toEqual([[{ type: 'success', message: 'It is done.' }]]);
    expect(card.mocks.actions.refreshObjectProperties.callCount).toBe(1);
    expect(card.maybeFindByTestId(Tile, 'action-form')).toBeNull();
  });

  it('pressed again after the line broke is the same request; with another text it is another one', async () => {
    const calls = serve(json(judged()), rejection('reset'), rejection('reset'), json(done), json(judged()));
    const card = await open();
    choose(card, 'log_outreach');
    fillOutreach(card);
    submit(card);
    await card.waitFor(() => card.find(Alert, { variant: 'danger' }));
    submit(card);
    await card.waitFor(() => expect(calls).toHaveLength(3));
    await card.waitFor(() => card.find(Alert, { variant: 'danger' }));
    type(card, 'note', 'They called back.');
    submit(card);
    await card.waitFor(() => expect(calls).toHaveLength(5));
    const keys = calls.slice(1, 4).map((call) => bodyOf(call)['requestKey']);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it('pressed twice at once is sent once', async () => {
    const answer = held(done);
    const calls = serve(json(judged()), answer.answer, json(judged()));
    const card = await open();
    choose(card, 'log_outreach');
    fillOutreach(card);
    submit(card);
    await card.waitFor(() =>
      expect(card.findByTestId(LoadingButton, 'send-action').props.loading).toBe(true),
    );
    submit(card);
    answer.release();
    await card.waitFor(() => expect(card.mocks.actions.addAlert.callCount).toBe(1));
    expect(calls.filter(({ url }) => url.endsWith('/card/action'))).toHaveLength(1);
  });

  it('that was done before is another press when it is logged once more', async () => {
    const calls = serve(json(judged()), json(done), json(judged()), json(done), json(judged()));
    const card = await open();
    for (const requests of [3, 5]) {
      choose(card, 'log_outreach');
      fillOutreach(card);
      submit(card);
      await card.waitFor(() => expect(calls).toHaveLength(requests));
      await card.waitFor(() => expect(card.maybeFindByTestId(Tile, 'action-form')).toBeNull());
    }
    const keys = [calls[1], calls[3]].map((call) => bodyOf(call as Call)['requestKey']);
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe('what is not done', () => {
  it('is told in the server’s sentence, and what was filled in stays', async () => {
    serve(json(judged()), json({ state: 'refused', sentence: 'The outreach lies in the future.' }));
    const card = await open();
    choose(card, 'log_outreach');
    fillOutreach(card);
    submit(card);
    await card.waitFor(() => card.find(Alert, { title: 'Not done' }));
    expect(card.find(Alert, { title: 'Not done' }).text).toBe('The outreach lies in the future.');
    expect(card.find(TextArea, { name: 'note' }).props.value).toBe('Nobody picked up.');
    expect(card.mocks.actions.refreshObjectProperties.callCount).toBe(0);
  });

  it('because it was so already is no alarm', async () => {
    serve(json(judged()), json({ state: 'unchanged', sentence: 'It is excluded already.' }), json(judged()));
    const card = await open();
    choose(card, 'exclude');
    type(card, 'reason', 'x');
    submit(card);
    await card.waitFor(() => card.find(Alert, { title: 'Nothing had to be changed' }));
    expect(card.mocks.actions.addAlert.calls).toEqual([
      [{ type: 'info', message: 'It is excluded already.' }],
    ]);
  });

  it('with a note of which nobody knows sends a person to look', async () => {
    serve(json(judged()), json({ state: 'unclear', sentence: 'Look there.' }), json(judged()));
    const card = await open();
    choose(card, 'log_outreach');
    fillOutreach(card);
    submit(card);
    await card.waitFor(() => card.find(Alert, { title: 'Look whether the note is there' }));
    expect(card.maybeFindByTestId(Tile, 'action-form')).toBeNull();
  });

  it('is forgotten when the form is left, and another form begins empty', async () => {
    serve(json(judged()), json({ state: 'refused', sentence: 'No.' }));
    const card = await open();
    choose(card, 'decide');
    type(card, 'reason', 'x');
    pick(card, 'decision', 'offboard');
    submit(card);
    await card.waitFor(() => card.find(Alert, { title: 'Not done' }));
    choose(card, 'exclude');
    expect(card.maybeFind(Alert, { title: 'Not done' })).toBeNull();
    expect(card.find(TextArea, { name: 'reason' }).props.value).toBe('');
    card.findByTestId(Button, 'cancel-action').trigger('onClick');
    expect(card.maybeFindByTestId(Tile, 'action-form')).toBeNull();
  });
});

it('a day that is cleared is not sent as one', async () => {
  serve(json(judged()));
  const card = await open();
  choose(card, 'snooze_until');
  const until = () => card.find(DateInput, { name: 'until' });
  pickDay(card, 'until', { year: 2026, month: 0, date: 5 });
  expect(until().props.value).toEqual({ year: 2026, month: 0, date: 5 });
  pickDay(card, 'until', null);
  expect(until().props.value).toBeUndefined();
  expect(card.findByTestId(LoadingButton, 'send-action').props.disabled).toBe(true);
  expect(form(card).toString()).toContain('does not get worse');
});
