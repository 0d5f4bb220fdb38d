/** Step 4 of a run: bring HubSpot's company properties in line with the verdicts. */
import { count } from '../assess/words.ts';
import { choosePlay } from '../engage/choose.ts';
import { heldOutUntil, isMeasured } from '../engage/hold-out.ts';
import type { CompanyUpdate } from '../hubspot/hubspot.ts';
import { RefusedError } from '../model/errors.ts';
import type { DrawnSpell } from '../model/hold-out.ts';
import type { Day } from '../model/instant.ts';
import type { Settings } from '../model/settings.ts';
import type { Verdict } from '../model/verdict.ts';
import type { SyncedPartner } from '../store/partners.ts';
import { applyBatch, updatesPerRequest, type ApplyContext, type ApplyResult } from './apply.ts';
import { desiredProperties, type DesiredProperties } from './desired.ts';
import { checkBrake, planUpdate, type PlannedUpdate } from './plan.ts';
import { assertProvisioned } from './provision.ts';

/** A partner with the verdict to show; the verdict is null when the company is no partner any more. */
export type Judged = {
  readonly partner: Pick<SyncedPartner, 'id' | 'published'>;
  readonly verdict: Verdict | null;
  /** What was drawn for its latest spell; null where nothing was. */
  readonly spell: DrawnSpell | null;
};

/** The day on which it is shown, and the portal's zone. */
export type ShownOn = { readonly today: Day; readonly timeZone: string };

export type PublishPlan = {
  readonly updates: readonly PlannedUpdate[];
  readonly unchanged: number;
  /** How many companies move from one published status to another, or lose theirs because they are no partners any more. */
  readonly moves: number;
  /** Current partners that were considered. */
  readonly partners: number;
};

/** Compares every verdict with what HubSpot shows. Changes nothing. */
export async function planPublish(
  judged: AsyncIterable<readonly Judged[]>,
  on: ShownOn,
): Promise<PublishPlan> {
  const updates: PlannedUpdate[] = [];
  let unchanged = 0;
  let partners = 0;
  for await (const batch of judged) {
    for (const { partner, verdict, spell } of batch) {
      if (verdict !== null) partners += 1;
      const update = planUpdate({
        partnerId: partner.id,
        published: partner.published,
        desired: shownOf(verdict, spell, on),
      });
      if (update === null) unchanged += 1;
      else updates.push(update);
    }
  }
  const moves = updates.filter(({ statusMove }) => statusMove !== null).length;
  return { updates, unchanged, moves, partners };
}

/** What HubSpot should show of a partner with this verdict. */
export function shownOf(
  verdict: Verdict | null,
  spell: DrawnSpell | null,
  { today, timeZone }: ShownOn,
): DesiredProperties {
  if (verdict === null) return desiredProperties(null, null, timeZone);
  if (heldOutUntil(spell, verdict, today) !== null) {
    return desiredProperties(verdict, null, timeZone, 'left_alone');
  }
  const measured = isMeasured(spell, verdict) ? 'compared' : 'not';
  return desiredProperties(verdict, choosePlay(verdict, timeZone), timeZone, measured);
}

/** The blast-radius brake stopped a plan; a person may approve exactly as many moves. */
export class BrakeError extends RefusedError {
  readonly moves: number;
  constructor(message: string, moves: number) {
    super(message);
    this.moves = moves;
  }
}

/** @throws BrakeError when the plan moves more statuses than the settings allow without a person's yes */
export function assertWithinBrake(
  plan: PublishPlan,
  settings: Settings,
  approval: { runId: string; approvedMoves: number },
): void {
  const brake = checkBrake(settings.brake, plan.moves, plan.partners, approval.approvedMoves);
  if (!brake.tripped) return;
  throw new BrakeError(
    `${brake.moves} of ${count(plan.partners, 'partner')} would change status at once; up to ${brake.allowed} may without a ` +
      `person's yes. Nothing was written to HubSpot. Look at the changes with \`rekindle publish --dry-run\`; if they ` +
      `are right, approve them with \`rekindle publish --approve ${approval.runId}\`.`,
    brake.moves,
  );
}

/**
 * Writes the plan, 100 companies a request. On `signal` the batch in flight is finished and recorded first. Each batch is
 * told as soon as HubSpot confirmed it, so that whatever ends the next one, the ledger has what was written (I11).
 * @returns false when a stop was asked for before the plan was through; the next run writes the rest
 */
export async function applyPlan(
  context: ApplyContext,
  plan: PublishPlan,
  options: { signal: AbortSignal; onBatch: (result: ApplyResult, done: number) => void },
): Promise<boolean> {
  const { updates } = plan;
  for (let start = 0; start < updates.length; start += updatesPerRequest) {
    if (options.signal.aborted) return false;
    const batch: CompanyUpdate[] = updates
      .slice(start, start + updatesPerRequest)
      .map(({ id, properties }) => ({ id, properties }));
    const result = await applyBatch(context, batch);
    options.onBatch(result, start + batch.length);
    // Records that are refused one by one may mean a property that was changed meanwhile: no other batch will fare better.
    if (result.failed.length > 0) await assertProvisioned(context.hubspot);
  }
  return true;
}
