/** What was done about a partner in its present spell of inactivity, as far as it bears on what may be done next. */
import { outreachKinds, type Kind } from '../model/kind.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { Verdict } from '../model/verdict.ts';
import { readEpisodes } from '../store/episodes.ts';
import { readActions } from '../store/partner-actions.ts';
import type { Db } from '../store/tables.ts';
import { readTimelines } from '../store/timelines.ts';

/** An attempt of longer ago counts no more, nor what was said then, however long the spell. */
const countsDays = 365;

/** We tried, or spoke with each other. */
const contacts: ReadonlySet<Kind> = new Set([
  ...outreachKinds,
  'meeting_held',
  'call_inbound',
  'email_inbound',
] satisfies readonly Kind[]);

export async function spellOf(
  db: Db,
  partnerId: string,
  verdict: Verdict | null,
  now: Instant,
): Promise<{ statedCause: string | null; wasContacted: boolean }> {
  const began = verdict === null ? -Infinity : await beginningOf(db, verdict);
  const since = Math.max(began, now - countsDays * millisecondsPerDay);
  const [causes, outreach, timelines] = await Promise.all([
    readActions(db, { partnerId, action: 'record_root_cause', limit: 20 }),
    readActions(db, { partnerId, action: 'log_outreach', limit: 1 }),
    readTimelines(db, [partnerId]),
  ]);
  const stated = causes.find(({ at, details }) => at >= since && details['saidBy'] === 'partner');
  const timeline = timelines.get(partnerId) ?? [];
  return {
    statedCause: stated === undefined ? null : String(stated.details['cause']),
    wasContacted:
      (outreach[0]?.at ?? -Infinity) >= since ||
      timeline.some(({ kind, occurredAt }) => contacts.has(kind) && occurredAt >= since && occurredAt <= now),
  };
}

/** A first verdict finds spells that began long before it: then its reasons tell since when. */
async function beginningOf(db: Db, verdict: Verdict): Promise<Instant> {
  const episodes = await readEpisodes(db, verdict.partnerId);
  const opened = episodes.find(({ number }) => number === verdict.episode)?.openedAt ?? -Infinity;
  const days = [verdict.inactiveSince, ...verdict.reasons.map(({ since }) => since)];
  return Math.min(opened, ...days.flatMap((day) => (day === null ? [] : [Date.parse(day)])));
}
