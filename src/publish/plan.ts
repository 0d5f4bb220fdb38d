/** The write-back plan: what to change in HubSpot, as data. Pure; `--dry-run` prints it, apply.ts carries it out. */
import type { CompanyUpdate } from '../hubspot/hubspot.ts';
import { propertyName, samePropertyValue, type PropertyKey } from '../hubspot/properties.ts';
import type { Settings } from '../model/settings.ts';
import { healthStep, passengerKeys, statusPropertyName, type DesiredProperties } from './desired.ts';
import { stageChanges } from './stage.ts';

/** A partner as HubSpot shows it and as it should be shown. */
export type PublishItem = {
  readonly partnerId: string;
  /** Our property values in HubSpot as last read or written, by HubSpot's property name. */
  readonly published: Readonly<Record<string, string | null>>;
  readonly desired: DesiredProperties;
};

export type PlannedUpdate = CompanyUpdate & {
  /** The published status moves to another, or to none (`to` is empty) where a partner left. A first status is no move. */
  readonly statusMove: { readonly from: string; readonly to: string } | null;
};

/** The update for one partner; null when HubSpot already shows what it should. */
export function planUpdate(item: PublishItem): PlannedUpdate | null {
  const differing = (Object.entries(item.desired) as [PropertyKey, string][]).filter(
    ([key, value]) => !samePropertyValue(key, item.published[propertyName(key)] ?? null, value),
  );
  if (!differing.some(([key, value]) => isNews(key, value, item))) return null;
  const stage = Object.entries(stageChanges(item.published, item.desired)) as [PropertyKey, string][];
  const changes = [...differing, ...stage];
  const status = item.desired.status ?? '';
  const before = item.published[statusPropertyName] ?? '';
  return {
    id: item.partnerId,
    properties: Object.fromEntries(changes.map(([key, value]) => [propertyName(key), value])),
    statusMove: before !== '' && before !== status ? { from: before, to: status } : null,
  };
}

function isNews(key: PropertyKey, value: string, item: PublishItem): boolean {
  if (passengerKeys.includes(key)) return false;
  if (key !== 'health') return true;
  const before = item.published[propertyName('health')] ?? '';
  if (before === '' || value === '') return true;
  return Math.abs(Number(value) - Number(before)) >= healthStep;
}

export type Brake = { readonly tripped: boolean; readonly moves: number; readonly allowed: number };

/**
 * The blast-radius brake (I5): a run that moves more statuses than the settings allow asks first. Partners that get
 * their first status do not count, and so neither does a portal's first assessment.
 * @param moves how many partners would move from one published status to another
 * @param approvedMoves how many moves a person has approved for this plan; 0 for none
 */
export function checkBrake(
  brake: Settings['brake'],
  moves: number,
  partners: number,
  approvedMoves: number,
): Brake {
  const allowed = Math.max(brake.minimum - 1, Math.floor(brake.share * partners), approvedMoves);
  return { tripped: moves > allowed, moves, allowed };
}
