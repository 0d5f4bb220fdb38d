/** An event log as a back-test takes it, and the plain rules by which its partners get a status. */
import { presets } from '../assess/presets.ts';
import { count } from '../assess/words.ts';
import type { LogPartner } from '../insight/log.ts';
import type { IntakeRow, RowProblem } from '../intake/csv.ts';
import type { Activity, Source, TimelineEntry } from '../model/activity.ts';
import { UsageError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import type { Kind, PartnerKind } from '../model/kind.ts';
import type { Partner } from '../model/partner.ts';
import { everyone, type Settings } from '../model/settings.ts';

/** In the order of the file. @throws UsageError when rows cannot be read: a test on half a log proves nothing */
export async function logPartners(
  rows: AsyncIterable<IntakeRow | RowProblem>,
  name: string,
): Promise<readonly LogPartner[]> {
  const partners = new Map<string, LoggedPartner>();
  const problems: string[] = [];
  let unreadable = 0;
  for await (const row of rows) {
    if ('problem' in row) {
      unreadable += 1;
      if (problems.length < problemsShown) problems.push(row.problem);
      continue;
    }
    const { activity } = row;
    const partner = partners.get(activity.partnerId) ?? new LoggedPartner(activity.partnerId);
    partners.set(activity.partnerId, partner);
    partner.add(activity);
  }
  if (unreadable > 0) {
    throw new UsageError(
      `${name} has ${count(unreadable, 'row')} that cannot be read; nothing was tested.\n${problems.join('\n')}`,
    );
  }
  return [...partners.values()];
}

const problemsShown = 3;
/** Under this name the log is known to the assessment. */
export const logSource: Source = 'csv:events';

/** Keeps of an activity what a status depends on, in two numbers: a log may have ten million of them. */
class LoggedPartner implements LogPartner {
  readonly partner: Partner;
  readonly #times: Instant[] = [];
  readonly #kinds: Kind[] = [];

  constructor(id: string) {
    this.partner = { ...nobody, id };
  }

  add({ kind, occurredAt }: Activity): void {
    this.#times.push(occurredAt);
    this.#kinds.push(kind);
  }

  /** Made anew each time. */
  get timeline(): readonly TimelineEntry[] {
    return this.#kinds.map((kind, index) => ({
      kind,
      occurredAt: this.#times[index] ?? NaN,
      quantity: 1,
      amount: null,
      source: logSource,
    }));
  }
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
  individualRate: null,
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
    audience: everyone,
  })),
  combination: 'all',
  graceDays: 0,
  warningDays: 0,
};
