/** The app's home page in HubSpot's own test renderer. */
import {
  Accordion,
  Alert,
  BarChart,
  Button,
  EmptyState,
  ErrorState,
  LineChart,
  Link,
  LoadingSpinner,
  Statistics,
  StatisticsItem,
  StatisticsTrend,
  StatusTag,
  Tab,
  Table,
  Text,
} from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { homeAnswer, type HomeAnswer } from '../../extensions/home/answer.ts';
import { HomePage } from '../../extensions/home/HomePage.tsx';
import { UnexpectedShapeError } from '../../extensions/shared/decode.ts';
import type { HomeResponse } from '../../src/web/home-contract.ts';
import { effectsHaveRun, held, json, rejection, serve } from './harness.tsx';
import { beforeFirstRun, programme } from './home-answers.ts';

// The compiler's part: whatever the contract allows the server to say, the page can show.
const theContractFits = (answer: HomeResponse): HomeAnswer => answer;

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(async () => {
  await effectsHaveRun();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function renderHome() {
  const renderer = createRenderer('pages');
  const { context } = renderer.mocks;
  context.portal.id = 7654321;
  context.portal.timezone = 'America/New_York';
  context.variables = { API_BASE_URL: 'https://rekindle.example' };
  renderer.render(<HomePage />);
  return renderer;
}

async function renderAnswer(answer: HomeResponse) {
  const calls = serve(json(answer));
  const page = renderHome();
  await page.waitFor(() => page.find(Text));
  return { page, calls, shown: () => page.getRootNode().toString() };
}

describe('a programme at a glance', () => {
  it('asks once, for everything', async () => {
    const { calls } = await renderAnswer(programme());
    expect(calls.map(({ url }) => url)).toEqual(['https://rekindle.example/home?']);
  });

  it('counts every status, and says whether a week changed it for the better', async () => {
    const { page } = await renderAnswer(programme());
    const items = page.findByTestId(Statistics, 'statuses').findAll(StatisticsItem);
    expect(items.map(({ props }) => [props.label, props.number])).toEqual([
      ['Partners', 9],
      ['Active', 6],
      ['Inactive', 3],
    ]);
    expect(page.findAll(StatisticsTrend).map(({ props }) => [props.direction, props.color])).toEqual([
      ['decrease', 'red'],
      ['increase', 'red'],
    ]);
  });

  it('draws the trend with a zero where nobody had a status, and the reasons', async () => {
    const { page } = await renderAnswer(programme());
    expect(page.find(LineChart).props.data).toContainEqual({
      week: Date.UTC(2026, 5, 8),
      status: 'Inactive',
      partners: 0,
    });
    expect(page.find(BarChart).props.data).toEqual([{ reason: 'Sales: stopped', partners: 3 }]);
  });

  it('links who fell to the record, and says how many more there are', async () => {
    const { page, shown } = await renderAnswer(programme());
    expect(page.findAll(Tab).map(({ props }) => props.title)).toEqual(['Fell (12)', 'Came back (0)']);
    const links = page.findAll(Link).map(({ props }) => props.href);
    expect(new Set(links)).toEqual(new Set(['https://app.hubspot.com/contacts/7654321/record/0-2/102']));
    expect(shown()).toContain('The 1 that matter most of 12.');
    expect(shown()).toContain('Nobody came back this week.');
  });

  it('opens the week of whoever looks', async () => {
    const { page, shown } = await renderAnswer(programme());
    const { title, defaultOpen } = page.find(Accordion).props;
    expect([title, defaultOpen]).toEqual(['Ada Okafor (you): 1 this week, 4 more wait', true]);
    expect(shown()).toContain('1 more owner has partners to call.');
  });

  it('tells how runs went and how well the past was foretold', async () => {
    const { page, shown } = await renderAnswer(programme());
    const tags = page.findByTestId(Table, 'runs').findAll(StatusTag);
    expect(tags.map(({ text }) => text)).toEqual(['Well', 'Failed']);
    expect(shown()).toContain('14 Jun 2026, 22:10');
    expect(shown()).toContain('told better than the rule');
  });
});

describe('what re-engaging brings', () => {
  it('is told where it is measured, a sentence a line', async () => {
    const lift = ['Back within 30 days: 4 of 50.', 'Back within 60 days: 6 of 50.'];
    const { shown } = await renderAnswer(programme({ lift }));
    expect(shown()).toContain('What re-engaging brings');
    for (const sentence of lift) expect(shown()).toContain(sentence);
  });

  it('is not mentioned where nobody is left alone, nor by a server that knows nothing of it', async () => {
    const { lift: _unknown, ...older } = programme();
    const { shown } = await renderAnswer(older as HomeResponse);
    expect(shown()).not.toContain('What re-engaging brings');
  });
});

describe('states', () => {
  it('says that it asks', async () => {
    serve(json(programme()));
    const page = renderHome();
    expect(page.find(LoadingSpinner).props.label).toBe('Asking Rekindle about the programme');
    await page.waitFor(() => page.find(LineChart));
  });

  it('before the first run says what is missing, and looks again when asked', async () => {
    serve(json(beforeFirstRun), json(programme()));
    const page = renderHome();
    await page.waitFor(() => page.find(EmptyState));
    expect(page.getRootNode().toString()).toContain('Nobody has been judged yet.');
    page.findByTestId(Button, 'check-again').trigger('onClick');
    await page.waitFor(() => page.find(LineChart));
  });

  it('explains a failure and recovers', async () => {
    serve(rejection('network'), json(programme()));
    const page = renderHome();
    await page.waitFor(() => page.find(ErrorState));
    page.findByTestId(Button, 'try-again').trigger('onClick');
    await page.waitFor(() => page.find(LineChart));
    expect(page.maybeFind(ErrorState)).toBeNull();
  });

  it('keeps what it shows while it refreshes, and says when that failed', async () => {
    const second = held(programme({ partners: 10 }));
    serve(json(programme()), second.answer, rejection('network'));
    const page = renderHome();
    await page.waitFor(() => page.find(LineChart));
    page.findByTestId(Button, 'refresh').trigger('onClick');
    expect(page.findByTestId(Button, 'refresh').text).toBe('Refreshing…');
    expect(page.maybeFind(LineChart)).not.toBeNull();
    second.release();
    await page.waitFor(() => page.find(StatisticsItem, { number: 10 }));
    page.findByTestId(Button, 'refresh').trigger('onClick');
    await page.waitFor(() => page.find(Alert));
    expect(page.find(Alert).props.title).toContain('Not refreshed');
  });

  it('puts old data and mistakes of ours before anybody’s name', async () => {
    const { page } = await renderAnswer(
      programme({
        freshness: { syncedAt: null, stale: true, sentence: 'The latest run failed.' },
        issues: [{ id: 3, sentence: 'Since 2026-06-01 no click came.', advice: 'Look at the tracking.' }],
      }),
    );
    expect(page.findAll(Alert).map(({ props }) => props.title)).toEqual([
      'Data is old or not complete',
      'It may be us, not them',
    ]);
  });

  it('of a quiet programme it says that nothing is to be done', async () => {
    const { shown } = await renderAnswer(
      programme({
        reasons: [],
        trend: [],
        fell: { total: 0, shown: [] },
        queue: { sentence: '', weeks: [], others: 0 },
      }),
    );
    for (const words of [
      'Nobody needs a call.',
      'Nobody stands lower',
      'No reason speaks against any partner.',
    ])
      expect(shown()).toContain(words);
  });
});

describe('reading the server’s answer', () => {
  it('accepts everything the contract allows, and statuses of a newer server', () => {
    for (const answer of [programme(), beforeFirstRun])
      expect(homeAnswer(theContractFits(answer), '$').state).toBe(answer.state);
    const newer = programme();
    expect(
      homeAnswer({ ...newer, statuses: [{ ...newer.statuses[0], value: 'dozing', label: 'Dozing' }] }, '$'),
    ).toMatchObject({ statuses: [{ value: 'dozing' }] });
  });

  it.each([{}, { state: 'later' }, { ...programme(), trend: 'up' }, { ...programme(), partners: '9' }])(
    'rejects what is no answer: %#',
    (answer) => {
      expect(() => homeAnswer(answer, '$')).toThrow(UnexpectedShapeError);
    },
  );
});
