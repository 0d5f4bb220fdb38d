/** Under which verdict a company stood at an instant: its own until it was merged, from then on that of its survivor. */
import type { Instant } from '../model/instant.ts';
import type { Verdict } from '../model/verdict.ts';
import { mergesInto, mergesOf, type Merge } from '../store/merges.ts';
import type { Db } from '../store/tables.ts';
import { readVerdict, verdictChanges, verdictSavedAt, type VerdictChange } from '../store/verdicts.ts';

export type Standing = {
  /** Who stood under it: the company that was asked for or, after a merge, the one that it ended in. */
  readonly judgedId: string;
  /** The company under whose id that history is kept: one that was new to us goes on with the history of another. */
  readonly keptAs: string;
  /** How the company that was asked for was merged, step by step, also after the instant. */
  readonly way: readonly Merge[];
  /** Null where it had none yet, or where none was kept. */
  readonly verdict: Verdict | null;
  /** The verdict before it, by which the status machine went; null for the first and where it was not kept. */
  readonly before: Verdict | null;
  readonly isBeforeKept: boolean;
  /** Whether there was a verdict, kept or not. */
  readonly isOnRecord: boolean;
  /** When it was written, by the database's clock; null where that was not noted. */
  readonly savedAt: Instant | null;
  /** Up to the instant, newest first: the company's own, then those of what it was merged into. */
  readonly changes: readonly VerdictChange[];
  /** Up to the instant, of the companies that it was from time to time. */
  readonly merges: readonly Merge[];
};

/** A company that somebody's history leads through, from the merge that led there until it was merged itself. */
type Stage = {
  readonly companyId: string;
  readonly keptAs: string;
  readonly from: Instant | null;
  readonly until: Instant | null;
};

/** More changes than a partner sees in a lifetime. */
const allChanges = 1000;

/**
 * @param partnerId the partner that answers for `companyId`: the company itself, or the one that it ended in
 * @param at null for the present
 */
export async function standingAt(
  db: Db,
  { companyId, partnerId, at }: { companyId: string; partnerId: string; at: Instant | null },
): Promise<Standing> {
  const way = await mergesOf(db, companyId);
  const stages = stagesOf(way, partnerId);
  const present = stages.findIndex(({ until }) => until === null || (at !== null && at < until));
  const passed = stages.slice(0, present + 1);
  const histories = await Promise.all(passed.map(({ keptAs }) => verdictChanges(db, keptAs, allChanges)));
  const { companyId: judgedId, keptAs } = passed.at(-1) ?? { companyId: partnerId, keptAs: partnerId };
  const merges = await mergesInto(
    db,
    passed.map((stage) => stage.companyId),
  );
  const isPast = (instant: Instant): boolean => at === null || instant <= at;
  return {
    judgedId,
    keptAs,
    way,
    ...(await verdictAt(db, keptAs, histories.at(-1) ?? [], at)),
    changes: passed
      .flatMap((stage, index) =>
        (histories[index] ?? []).filter(({ changedAt }) => isPast(changedAt) && isWithin(stage, changedAt)),
      )
      .toSorted((a, b) => b.changedAt - a.changedAt),
    merges: merges.filter(({ mergedAt }) => isPast(mergedAt)),
  };
}

function stagesOf(merges: readonly Merge[], partnerId: string): readonly Stage[] {
  const latest = merges.at(-1)?.mergedAt ?? null;
  const stages: Stage[] = [{ companyId: partnerId, keptAs: partnerId, from: latest, until: null }];
  for (const [index, { mergedId, mergedAt, inherited }] of [...merges.entries()].toReversed()) {
    const keptAs = inherited ? (stages[0]?.keptAs ?? partnerId) : mergedId;
    const from = merges[index - 1]?.mergedAt ?? null;
    stages.unshift({ companyId: mergedId, keptAs, from, until: mergedAt });
  }
  return stages;
}

function isWithin({ from, until }: Stage, instant: Instant): boolean {
  return (from === null || instant > from) && (until === null || instant <= until);
}

/** @param changes of the whole history, newest first */
async function verdictAt(
  db: Db,
  keptAs: string,
  changes: readonly VerdictChange[],
  at: Instant | null,
): Promise<Pick<Standing, 'verdict' | 'before' | 'isBeforeKept' | 'isOnRecord' | 'savedAt'>> {
  const present = await readVerdict(db, keptAs);
  const stillStood = present !== null && (at === null || present.assessedAt <= at);
  const index = stillStood
    ? changes.findIndex(({ changedAt }) => changedAt < present.assessedAt)
    : changes.findIndex(({ changedAt }) => at === null || changedAt <= at) + 1;
  const change = index > 0 ? changes[index - 1] : undefined;
  const earlier = changes[index];
  return {
    verdict: stillStood ? present : (change?.evidence ?? null),
    before: earlier?.evidence ?? null,
    isBeforeKept: index < 0 || earlier === undefined || earlier.evidence !== null,
    isOnRecord: stillStood || index > 0,
    savedAt: stillStood ? await verdictSavedAt(db, keptAs) : (change?.savedAt ?? null),
  };
}
