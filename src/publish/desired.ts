/** What HubSpot should show of a partner: its verdict as property values. Pure. */
import { propertyName, type PropertyKey } from '../hubspot/properties.ts';
import { calendarOf, toDay } from '../model/calendar.ts';
import { toIso, type Day, type Instant } from '../model/instant.ts';
import type { Play } from '../model/play.ts';
import type { Verdict } from '../model/verdict.ts';

/** Property values by our keys; an empty text clears the property. */
export type DesiredProperties = Partial<Record<PropertyKey, string>>;

/**
 * Values that only ride along with another change: by themselves they are no news to a workflow, and rewriting them
 * for every partner every night would fill the property history and fire webhooks for nothing (domain.md section 6 b).
 */
export const passengerKeys: readonly PropertyKey[] = ['assessed_at', 'settings_version'];

/** Health is rewritten when it moved by this much, or together with another change (DESIGN.md section 7). */
export const healthStep = 5;

/** How the partner's present spell is measured; see engage/hold-out.ts. `left_alone`: nobody is to act on it for now. */
export type Measured = 'left_alone' | 'compared' | 'not';

const holdOutValues: Readonly<Record<Measured, string>> = { left_alone: 'true', compared: 'false', not: '' };

/**
 * @param verdict null for a company that is no partner any more: everything we wrote about it is cleared
 * @param play what is recommended; null for nothing
 * @param timeZone the portal's, for the days
 */
export function desiredProperties(
  verdict: Verdict | null,
  play: Play | null,
  timeZone: string,
  measured: Measured = 'not',
): DesiredProperties {
  if (verdict === null) return emptyProperties;
  const reasons = [...new Set(verdict.reasons.map(({ code }) => code))];
  return {
    status: verdict.status,
    previous_status: verdict.previousStatus ?? '',
    status_changed_at: toIso(verdict.statusChangedAt),
    inactive_since: verdict.inactiveSince ?? '',
    primary_reason: reasons[0] ?? '',
    reasons: reasons.join(';'),
    reason_detail: verdict.reasons.map(({ sentence }) => sentence).join('\n'),
    health: verdict.health === null ? '' : String(verdict.health),
    last_activity_date: verdict.lastActivityAt === null ? '' : dayOn(verdict.lastActivityAt, timeZone),
    last_activity_kind: verdict.lastActivityKind ?? '',
    expected_inactive_date: verdict.expectedInactiveDay ?? '',
    active_chance_band: verdict.cadence?.band ?? '',
    potential: verdict.segment?.potential ?? '',
    // Workflows that act go by it, and none of them must.
    path: measured === 'left_alone' ? '' : (verdict.segment?.path ?? ''),
    recommended_action: play ?? '',
    episode: String(verdict.episode),
    holdout: holdOutValues[measured],
    assessed_at: toIso(verdict.assessedAt),
    settings_version: String(verdict.settingsVersion),
  };
}

/** By the calendar, which looks days up: everybody is shown in every run. */
function dayOn(instant: Instant, timeZone: string): Day {
  return toDay(calendarOf(timeZone).dayNumberOf(instant));
}

const emptyProperties: DesiredProperties = {
  status: '',
  previous_status: '',
  status_changed_at: '',
  inactive_since: '',
  primary_reason: '',
  reasons: '',
  reason_detail: '',
  health: '',
  last_activity_date: '',
  last_activity_kind: '',
  expected_inactive_date: '',
  active_chance_band: '',
  potential: '',
  path: '',
  recommended_action: '',
  episode: '',
  holdout: '',
  assessed_at: '',
  settings_version: '',
};

/** The keys this room writes; the others of the group belong to people and to later rooms. */
export const writtenKeys = Object.keys(emptyProperties) as PropertyKey[];

export const statusPropertyName = propertyName('status');
