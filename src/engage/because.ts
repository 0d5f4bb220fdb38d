/** Why a play is recommended, in the partner's own evidence: what was seen, what is usual for it, and where it belongs. */
import { kindNames } from '../model/kind.ts';
import type { Path, Segment, Verdict } from '../model/verdict.ts';
import { dayIn } from './words.ts';

export function evidenceOf(verdict: Verdict, timeZone: string): string {
  const [first, second] = verdict.reasons;
  const last = lastActivityOf(verdict, timeZone);
  if (verdict.status === 'reactivated') {
    return `Back since ${dayIn(timeZone, verdict.statusChangedAt)}${last === null ? '' : `, last seen with a ${last}`}.`;
  }
  if (first !== undefined)
    return second === undefined ? first.sentence : `${first.sentence} ${second.sentence}`;
  if (last !== null) return `Last seen with a ${last}.`;
  return verdict.remark ?? 'Nothing the partner did is on record.';
}

export function lastActivityOf(
  { lastActivityAt, lastActivityKind }: Verdict,
  timeZone: string,
): string | null {
  if (lastActivityAt === null || lastActivityKind === null) return null;
  return `${kindNames[lastActivityKind]} on ${dayIn(timeZone, lastActivityAt)}`;
}

const paths: Readonly<Record<Path, string>> = {
  high_touch: 'a person takes the time for it',
  assisted: 'a prepared message comes first and a person after it',
  automated: 'a workflow takes care of it, and a person if it answers',
};

export function segmentSentence(segment: Segment | null): string {
  return segment === null
    ? `What it could bring is not known yet, so ${paths.assisted}.`
    : `By its potential (${segment.potential}) and its chance of coming back, ${paths[segment.path]}.`;
}
