/** The charts of the card, in HubSpot's own test renderer. */
import {
  BarChart,
  Button,
  ErrorState,
  LoadingSpinner,
  StatusTag,
  TableCell,
  Text,
} from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { History } from '../../extensions/card/History.tsx';
import { judged } from './answers.ts';
import { effectsHaveRun, held, json, rejection, renderCard, serve } from './harness.tsx';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(async () => {
  await effectsHaveRun();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const month = (name: string, business: number, days: Record<string, number> = {}) => ({
  month: name,
  business,
  engagement: 0,
  days,
});
const answer = {
  state: 'known',
  months: [month('2026-02', 0, { active: 18 }), month('2026-03', 3, { active: 5, at_risk: 10 })],
  changes: [{ day: '2026-03-06', from: 'Active', to: 'At risk', status: 'at_risk', because: 'No deal.' }],
  more: false,
};

function render() {
  const renderer = createRenderer('crm.record.tab');
  renderer.render(<History server="https://rekindle.example" companyId="7" />);
  return renderer;
}

test('a history is asked for by company, and drawn as what the partner did and how it stood', async () => {
  const { answer: slow, release } = held(answer);
  const calls = serve(slow);
  const { find, findAll, waitFor } = render();
  expect(find(LoadingSpinner).props.label).toContain('history');
  release();
  await waitFor(() => expect(findAll(BarChart)).toHaveLength(2));
  expect(calls.map(({ url }) => url)).toEqual(['https://rekindle.example/card/history?companyId=7']);
  const [did, stood] = findAll(BarChart);
  expect(did?.props.data).toContainEqual({ month: 'Mar 2026', kind: 'Business', activities: 3 });
  expect(stood?.props.data).toEqual([
    { month: 'Feb 2026', status: 'Active', days: 18 },
    { month: 'Mar 2026', status: 'Active', days: 5 },
    { month: 'Mar 2026', status: 'At risk', days: 10 },
  ]);
  expect(findAll(TableCell).map(({ text }) => text)).toContain('Active to At risk');
});

test('in the first month of judgements there is no chart of statuses yet', async () => {
  serve(json({ ...answer, months: answer.months.slice(1) }));
  const { findAll, waitFor } = render();
  await waitFor(() => expect(findAll(BarChart)).toHaveLength(1));
});

test('a company without a history says so', async () => {
  serve(json({ state: 'nothing_known', sentence: 'Rekindle keeps no history of this company.' }));
  const { find, waitFor } = render();
  await waitFor(() => expect(find(Text).text).toContain('keeps no history'));
});

test('a failure is explained, and trying again asks again', async () => {
  const calls = serve(rejection('offline'), json(answer));
  const { find, findAll, waitFor, findByTestId } = render();
  await waitFor(() => expect(find(ErrorState)).toBeTruthy());
  findByTestId(Button, 'try-again').trigger('onClick');
  await waitFor(() => expect(findAll(BarChart)).toHaveLength(2));
  expect(calls).toHaveLength(2);
});

test('on the card it is closed until somebody asks for it', async () => {
  const calls = serve(json(judged()), json(answer));
  const card = renderCard();
  await card.waitFor(() => card.find(StatusTag));
  expect(calls).toHaveLength(1);
  card.findByTestId(Button, 'toggle-history').trigger('onClick');
  await card.waitFor(() => expect(card.findAll(BarChart)).toHaveLength(2));
  card.findByTestId(Button, 'toggle-history').trigger('onClick');
  expect(card.findAll(BarChart)).toEqual([]);
});
