import { expect, test } from 'vitest';
import { checkProgramme, programmeText } from '../../src/cli/programme-text.ts';
import type { ProgrammeIssue } from '../../src/model/programme.ts';
import { openProgrammeIssue } from '../../src/store/programme-issues.ts';
import { freshStore } from '../store/fresh.ts';

const store = freshStore();
const openedAt = Date.parse('2026-03-10T23:30:00Z');
const issue: ProgrammeIssue = {
  id: 3,
  cause: 'break',
  streams: [{ source: 'csv:awin', kind: 'click' }],
  group: { partnerType: null, region: null },
  partnerIds: null,
  since: '2026-03-03',
  partners: 41,
  expected: 38,
  observed: 0,
  sentence: 'Since 2026-03-03 no click came.',
  openedAt,
  closed: null,
};
const at = openedAt + 86_400_000;
const over = (because: 'acted' | 'expired'): ProgrammeIssue => ({ ...issue, closed: { at, because } });
const dismissed: ProgrammeIssue = {
  ...issue,
  closed: { at, because: 'dismissed', by: 'ada', reason: 'The campaign ended.' },
};
const hint =
  '\n`rekindle issues dismiss NUMBER --reason TEXT` is for whoever knows that it is them after all.';

test.each<[string, ProgrammeIssue, string]>([
  [
    'open',
    issue,
    `Look at the tracking or the import. Until they act again, their silence there is not held against them.${hint}`,
  ],
  ['dismissed', dismissed, 'On 2026-03-12 dismissed by ada: The campaign ended.'],
  ['over', over('acted'), 'Over since 2026-03-12: they act again.'],
  [
    'given up',
    over('expired'),
    'Given up on 2026-03-12: it was too long ago, so their silence counts again.',
  ],
])('an issue that is %s says what to do about it, with the days of the portal', (_state, one, rest) => {
  expect(programmeText([one], 'Europe/Berlin')).toBe(
    `It may be us, not them\n3. Since 2026-03-03 no click came. Seen on 2026-03-11. ${rest}`,
  );
});

test('a season asks nobody for anything, and nothing is said of nothing', () => {
  expect(programmeText([{ ...issue, cause: 'season' }], 'UTC')).toBe(
    'It may be us, not them\n3. Since 2026-03-03 no click came. Seen on 2026-03-10.',
  );
  expect(programmeText([], 'UTC')).toBeNull();
});

test('doctor warns of an open break, and of no season', async () => {
  expect(await checkProgramme(store())).toEqual({
    state: 'ok',
    sentence: 'No group of partners fell silent at once.',
  });
  await openProgrammeIssue(store().db, { ...issue, cause: 'season' }, openedAt);
  expect((await checkProgramme(store())).state).toBe('ok');
  const { id } = await openProgrammeIssue(store().db, issue, openedAt);
  expect(await checkProgramme(store())).toEqual({
    state: 'warn',
    sentence: `Issue ${id}: ${issue.sentence}`,
  });
});
