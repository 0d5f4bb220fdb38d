/** What a back-test reads: everything that is known of each partner, on both sides of a day. */
import type { Timeline } from '../model/activity.ts';
import type { EventDays } from '../model/cadence.ts';
import type { Calendar } from '../model/calendar.ts';
import { isPartnerKind, type Kind, type PartnerKind } from '../model/kind.ts';
import type { JudgedPartner } from '../model/partner.ts';

export type LogPartner = { readonly partner: JudgedPartner; readonly timeline: Timeline };

/** The calendar's days on which the partners did one of these things, ascending, partner after partner. */
export function eventDaysOf(
  log: readonly LogPartner[],
  kinds: readonly PartnerKind[],
  calendar: Calendar,
): EventDays {
  const wanted = new Set<Kind>(kinds);
  const offsets = new Uint32Array(log.length + 1);
  const days: number[] = [];
  log.forEach(({ timeline }, index) => {
    const own: number[] = [];
    for (const { kind, occurredAt, quantity } of timeline) {
      if (wanted.has(kind) && quantity > 0) own.push(calendar.dayNumberOf(occurredAt));
    }
    for (const day of own.sort((a, b) => a - b)) days.push(day);
    offsets[index + 1] = days.length;
  });
  return { days: Int32Array.from(days), offsets, partners: log.length };
}

/** The same history as it was known at the end of a day. */
export function knownOn(events: EventDays, day: number): EventDays {
  const offsets = new Uint32Array(events.partners + 1);
  const days: number[] = [];
  for (let partner = 0; partner < events.partners; partner += 1) {
    for (const one of events.days.subarray(events.offsets[partner], events.offsets[partner + 1])) {
      if (one <= day) days.push(one);
    }
    offsets[partner + 1] = days.length;
  }
  return { days: Int32Array.from(days), offsets, partners: events.partners };
}

/** What the partners of a log did at all; what we did ourselves is no activity of theirs. */
export function kindsIn(log: readonly LogPartner[]): readonly PartnerKind[] {
  const found = new Set<PartnerKind>();
  for (const { timeline } of log) {
    for (const { kind } of timeline) if (isPartnerKind(kind)) found.add(kind);
  }
  return [...found].sort();
}
