/** The tab of the settings page with what people call wrong. */
import { Button, EmptyState, ErrorState, Link, Tag, Text, Tile } from '@hubspot/ui-extensions';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { correctionsResponseSchema, type CorrectionsResponse } from '../../src/web/corrections-contract.ts';
import { effectsHaveRun } from './harness.tsx';
import { readOnlyPage, renderSettings, serveSettings, until, type Rendered } from './settings-world.tsx';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  await effectsHaveRun();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const said = (rendered: Rendered): string => rendered.getRootNode().toString();
const isSaid = (rendered: Rendered, words: string) =>
  until(rendered, () => expect(said(rendered)).toContain(words));

const two: CorrectionsResponse = {
  state: 'listed',
  total: 71,
  corrections: [
    {
      partner: { id: '102', name: 'Birch Systems' },
      at: '2026-06-15T02:10:00Z',
      author: 'ada@example.com',
      said: 'They ordered by phone last week.',
      verdict: { status: 'Inactive', health: 24, reasons: ['No deal in 180 days.', 'No portal login.'] },
      rulesChanged: true,
      since: 'The verdict followed definition 3; definition 4 is in force now. The partner is active now.',
    },
    {
      partner: { id: '103', name: 'Cedar' },
      at: '2026-06-14T02:10:00Z',
      author: 'HubSpot user 78',
      said: 'No partner.',
      verdict: null,
      rulesChanged: false,
      since: 'The partner has no verdict now.',
    },
  ],
};

it('lists what people said beside what the verdict said, when, by whom and what became of it, with a way to the record', async () => {
  expect(correctionsResponseSchema.parse(two)).toEqual(two);
  serveSettings({ '/settings/corrections': () => two });
  const rendered = renderSettings();
  await isSaid(rendered, '“They ordered by phone last week.”');
  const first = rendered.findByTestId(Tile, 'correction-102');
  expect(first.find(Link).props.href).toBe(
    `https://app.hubspot.com/contacts/${rendered.mocks.context.portal.id}/record/0-2/102`,
  );
  expect(first.find(Tag).text).toBe('Rules changed since');
  expect(first.findAll(Text).map(({ text }) => text)).toEqual([
    '“They ordered by phone last week.”',
    'ada@example.com, 14 Jun 2026, 22:10',
    'The verdict said: Inactive, health 24. No deal in 180 days. No portal login.',
    'The verdict followed definition 3; definition 4 is in force now. The partner is active now.',
  ]);
  const second = rendered.findByTestId(Tile, 'correction-103');
  expect(second.maybeFind(Tag)).toBeNull();
  expect(second.toString()).toContain('There was no verdict then.');
  expect(said(rendered)).toContain('The latest 2 of 71.');
});

it('says where such words come from while there are none', async () => {
  serveSettings();
  const rendered = renderSettings();
  await until(rendered, () => rendered.find(EmptyState, { title: 'Nobody calls a verdict wrong' }));
  expect(said(rendered)).not.toContain('The latest');
});

it('is not asked for by those who may not read it, and they are told', async () => {
  const asked = serveSettings({ '/settings': () => readOnlyPage });
  const rendered = renderSettings();
  await isSaid(rendered, 'Only those who may change the settings read what people say is wrong.');
  await effectsHaveRun();
  expect(asked.map(({ path }) => path)).not.toContain('/settings/corrections');
});

it('tells whoever lost the right meanwhile', async () => {
  serveSettings({
    '/settings/corrections': () => ({ state: 'forbidden', sentence: 'Not for you any more.' }),
  });
  const rendered = renderSettings();
  await isSaid(rendered, 'Not for you any more.');
  expect(said(rendered)).not.toContain('correction-');
});

it('explains a failure and recovers', async () => {
  serveSettings({
    '/settings/corrections': (_body, times) => {
      if (times === 1) throw new Error('network');
      return two;
    },
  });
  const rendered = renderSettings();
  await until(rendered, () => rendered.find(ErrorState));
  rendered.findByTestId(Button, 'try-again').trigger('onClick');
  await isSaid(rendered, '“No partner.”');
  expect(rendered.maybeFind(ErrorState)).toBeNull();
});
