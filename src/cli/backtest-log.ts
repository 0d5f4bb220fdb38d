/** An event log as a back-test takes it, and the plain rules by which its partners get a status. */
import { presets } from '../assess/presets.ts';
import { count } from '../assess/words.ts';
import type { LogPartner } from '../insight/log.ts';
import type { IntakeRow, RowProblem } from '../intake/csv.ts';
import type { TimelineEntry } from '../model/activity.ts';
import { UsageError } from '../model/errors.ts';
import type { PartnerKind } from '../model/kind.ts';
import type { Settings } from '../model/settings.ts';

/** In the order of the file. @throws UsageError when rows cannot be read: a test on half a log proves nothing */
export async function logPartners(
  rows: AsyncIterable<IntakeRow | RowProblem>,
  name: string,
): Promise<readonly LogPartner[]> {
  const timelines = new Map<string, TimelineEntry[]>();
  const problems: string[] = [];
  for await (const row of rows) {
    if ('problem' in row) {
      problems.push(row.problem);
      continue;
    }
    const { partnerId, kind, occurredAt, quantity, source } = row.activity;
    const timeline = timelines.get(partnerId) ?? [];
    timelines.set(partnerId, timeline);
    // No status depends on an amount, and a log may have millions of them.
    timeline.push({ kind, occurredAt, quantity, amount: null, source });
  }
  if (problems.length > 0) {
    throw new UsageError(
      `${name} has ${count(problems.length, 'row')} that cannot be read; nothing was tested.\n${problems.slice(0, 3).join('\n')}`,
    );
  }
  return [...timelines].map(([id, timeline]) => ({ partner: { ...nobody, id }, timeline }));
}

const nobody = {
  mergedIds: [],
  name: null,
  domain: null,
  ownerId: null,
  partnerType: null,
  tier: null,
  region: null,
  externalId: null,
  joinedAt: null,
  snoozedUntil: null,
};

/** The kind under which a log's partners are judged, whatever they do: nobody said which of it the programme wants. */
export const pooledKind: PartnerKind = 'order';

/** Nobody set a definition for a log either: at risk after 90 days without anything, inactive after 180. */
export const logSettings: Settings = {
  ...presets.reseller,
  rules: ([180, 90] as const).map((windowDays) => ({
    id: `anything_${windowDays}`,
    test: 'absence',
    behaviour: 'orders',
    windowDays,
    minimum: 1,
    severity: windowDays === 180 ? 'inactive' : 'at_risk',
    audience: { partnerTypes: [], tiers: [], regions: [] },
  })),
  combination: 'all',
  graceDays: 0,
  warningDays: 0,
};
