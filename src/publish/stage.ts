/**
 * What a run itself moves of the plan for a spell of inactivity: a new spell is flagged, a comeback is momentum, and the
 * way back to active closes it. People and workflows do the rest, so this is written together with the episode or status
 * that it goes by, and at no other time. Pure.
 */
import { propertyName, type PropertyKey } from '../hubspot/properties.ts';
import type { PlanStage } from '../model/plan.ts';
import type { DesiredProperties } from './desired.ts';

/** Of one spell: another one starts without them, and a workflow that goes by them can enrol again. */
const ofOneSpell: readonly PropertyKey[] = ['root_cause', 'decision', 'decision_due_date'];

/**
 * @param published our property values in HubSpot, by HubSpot's name
 * @param desired what the verdict shows, which is about to be written
 */
export function stageChanges(
  published: Readonly<Record<string, string | null>>,
  desired: DesiredProperties,
): DesiredProperties {
  const shown = (key: PropertyKey): string => published[propertyName(key)] ?? '';
  const differing = (changes: DesiredProperties): DesiredProperties =>
    Object.fromEntries(Object.entries(changes).filter(([key, value]) => shown(key as PropertyKey) !== value));
  const { status = '', episode = '' } = desired;
  if (status === '') return differing({ plan_stage: '' });

  const isFirst = shown('episode') === '';
  if (Number(episode) > Number(shown('episode'))) {
    // Before there was a first verdict, somebody may have begun by hand.
    if (isFirst && shown('plan_stage') !== '') return {};
    const emptied = isFirst ? [] : ofOneSpell.map((key) => [key, ''] as const);
    return differing({ plan_stage: 'flagged' satisfies PlanStage, ...Object.fromEntries(emptied) });
  }
  if (shown('status') === status) return {};
  if (status === 'reactivated') return differing({ plan_stage: 'momentum' satisfies PlanStage });
  if (status === 'active' && shown('plan_stage') !== '') {
    return differing({ plan_stage: 'closed' satisfies PlanStage });
  }
  return {};
}
