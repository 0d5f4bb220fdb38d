import { Button, ErrorState, LoadingSpinner, StatusTag, Text } from '@hubspot/ui-extensions';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { judged, notAPartner, notJudgedYet, thriving } from './answers.ts';
import { effectsHaveRun, json, rejection, renderPreview, serve } from './harness.tsx';

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(async () => {
  await effectsHaveRun();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('is three lines: status, verdict, next step', async () => {
  serve(json(judged()));
  const preview = renderPreview();
  expect(preview.maybeFind(LoadingSpinner)).not.toBeNull();
  await preview.waitFor(() => preview.find(StatusTag));
  const texts = preview.findAll(Text).map(({ text }) => text);
  expect(texts.at(-2)).toBe(judged().status.sentence);
  expect(preview.getRootNode().toString()).toContain(judged().recommendation?.title);
});

it('ends with the freshness of the data where nothing is recommended', async () => {
  serve(json(thriving));
  const preview = renderPreview();
  await preview.waitFor(() => preview.find(StatusTag));
  expect(preview.findAll(Text).at(-1)?.text).toBe(thriving.freshness.sentence);
});

it('ends with until when to leave a partner alone that is held out', async () => {
  const holdOut = { until: '2026-09-01', sentence: 'Leave it alone.', consequences: 'It counts no more.' };
  serve(json(judged({ holdOut, recommendation: null })));
  const preview = renderPreview();
  await preview.waitFor(() => preview.find(StatusTag));
  expect(preview.findAll(Text).at(-1)?.text).toBe('Held out until 1 Sept 2026: leave it alone.');
});

it.each([
  ['not a partner', notAPartner, 'Not a partner.'],
  ['not judged yet', notJudgedYet, 'Not judged yet.'],
])('says %s in one line', async (_, answer, words) => {
  serve(json(answer));
  const preview = renderPreview();
  await preview.waitFor(() => preview.find(Text));
  expect(preview.getRootNode().toString()).toContain(words);
});

it('explains a failure and recovers', async () => {
  serve(rejection('network'), json(judged()));
  const preview = renderPreview();
  await preview.waitFor(() => preview.find(ErrorState));
  preview.findByTestId(Button, 'try-again').trigger('onClick');
  await preview.waitFor(() => preview.find(StatusTag));
  expect(preview.maybeFind(ErrorState)).toBeNull();
});
