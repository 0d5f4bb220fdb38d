/**
 * What a draft of the settings would change, before it is saved: everybody is judged twice from what is known now, under
 * the settings in force and under the draft, each time as the next run would, with the stored verdict as the past. Nothing
 * is decided by it: no verdict, setting or HubSpot property is written (timelines that were stale are packed, as by any
 * reading).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { assessPartner, type Context } from '../assess/assess.ts';
import { primaryReason } from '../assess/sentences.ts';
import { count } from '../assess/words.ts';
import { drawSpell } from '../engage/hold-out.ts';
import { propertyName, samePropertyValue, type PropertyKey } from '../hubspot/properties.ts';
import type { ProgrammeFacts } from '../model/facts.ts';
import { dayOf } from '../model/instant.ts';
import type { Settings } from '../model/settings.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import { healthStep, passengerKeys, type DesiredProperties } from '../publish/desired.ts';
import { checkBrake, planUpdate } from '../publish/plan.ts';
import { shownOf } from '../publish/publish.ts';
import type { Store } from '../store/connect.ts';
import { drawnSpells } from '../store/episodes.ts';
import { withSynced, type SyncedPartner } from '../store/partners.ts';
import { readAhead } from '../store/read-ahead.ts';
import type { Db } from '../store/tables.ts';
import { streamPartnersToAssess, type ToAssess } from '../store/timelines.ts';

type PreviewedPartner = {
  readonly id: string;
  readonly name: string | null;
  readonly from: Status;
  readonly to: Status;
  readonly fromReason: string | null;
  readonly toReason: string | null;
  /** Why it would be so; null where there is no reason any more. */
  readonly sentence: string | null;
};

export type Preview = {
  readonly partners: number;
  readonly before: Partial<Record<Status, number>>;
  readonly after: Partial<Record<Status, number>>;
  /** How many partners would get another status or primary reason, and the first of them, worst first. */
  readonly changing: number;
  readonly changes: readonly PreviewedPartner[];
  /** How many partners would get another status. */
  readonly moves: number;
  /** How many statuses in HubSpot the first run under the draft moves, and whether it stops until a person says yes. */
  readonly brake: { readonly moves: number; readonly stops: boolean; readonly allowed: number };
  /** Our HubSpot properties whose values would change, with how many partners each: what workflows and lists see. */
  readonly properties: Readonly<Record<string, number>>;
  /** What this preview cannot show. */
  readonly limits: readonly string[];
};

export type PreviewOptions = {
  readonly store: Store;
  readonly before: Context;
  readonly after: Context;
  /** Of the draws for the spells that would open. */
  readonly salt: string;
  /** How many of the changing partners to name. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
};

const partnersPerPage = 1000;
/** A server that previews goes on answering meanwhile. */
const partnersPerTurn = 100;

export async function previewSettings(options: PreviewOptions): Promise<Preview> {
  const { store, before, after, signal, limit } = options;
  const spells = await drawnSpells(store.db);
  const today = dayOf(before.now, before.timeZone);
  const shown = (context: Context, { partner, previous }: Named, verdict: Verdict): DesiredProperties => {
    const { timeZone, settings } = context;
    const drawing = { rules: settings.settings.holdOut, salt: options.salt, timeZone };
    const spell = drawSpell(partner, previous, verdict, drawing) ?? spells.get(partner.id) ?? null;
    return shownOf(verdict, spell, { timeZone, today });
  };
  const tally = new Tally(limit);
  const pages = streamPartnersToAssess(store.db, {
    now: before.now,
    settingsVersion: before.settings.version,
    all: true,
    batchSize: partnersPerPage,
  });
  for await (const page of readAhead(withNames(store.db, pages))) {
    signal.throwIfAborted();
    for (const one of page) {
      const { partner, timeline, previous } = one;
      const old = assessPartner(partner, timeline, previous, before);
      const draft = assessPartner(partner, timeline, previous, after);
      tally.add(partner, [old, shown(before, one, old)], [draft, shown(after, one, draft)]);
      if (tally.partners % partnersPerTurn === 0) await nextTurn();
    }
    options.onProgress(tally.partners);
  }
  return tally.result(after.settings.settings, [
    ...limitsOf(before.settings.settings, after.settings.settings),
    ...newLook(before, after),
    ...newRhythms(before, after),
  ]);
}

type Named = ToAssess & { readonly partner: SyncedPartner };

async function* withNames(
  db: Db,
  pages: AsyncIterable<readonly ToAssess[]>,
): AsyncGenerator<readonly Named[]> {
  for await (const page of pages) yield await withSynced(db, page);
}

class Tally {
  partners = 0;
  readonly #limit: number;
  readonly #before: Partial<Record<Status, number>> = {};
  readonly #after: Partial<Record<Status, number>> = {};
  readonly #properties = new Map<string, number>();
  #changing = 0;
  #moves = 0;
  #publishedMoves = 0;
  readonly #unknowns = new Map<string, number>();
  #worst: PreviewedPartner[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(
    partner: SyncedPartner,
    [old, oldShown]: readonly [Verdict, DesiredProperties],
    [draft, draftShown]: readonly [Verdict, DesiredProperties],
  ): void {
    this.partners += 1;
    this.#before[old.status] = (this.#before[old.status] ?? 0) + 1;
    this.#after[draft.status] = (this.#after[draft.status] ?? 0) + 1;
    for (const key of differing(oldShown, draftShown)) {
      const name = propertyName(key);
      this.#properties.set(name, (this.#properties.get(name) ?? 0) + 1);
    }
    const update = planUpdate({ partnerId: partner.id, published: partner.published, desired: draftShown });
    if (update !== null && update.statusMove !== null) this.#publishedMoves += 1;
    for (const { sentence } of draft.unknowns) {
      this.#unknowns.set(sentence, (this.#unknowns.get(sentence) ?? 0) + 1);
    }
    const [fromReason, toReason] = [primaryReason(old), primaryReason(draft)];
    if (old.status !== draft.status) this.#moves += 1;
    else if (fromReason?.code === toReason?.code) return;
    this.#changing += 1;
    this.#worst.push({
      id: partner.id,
      name: partner.name,
      from: old.status,
      to: draft.status,
      fromReason: fromReason?.code ?? null,
      toReason: toReason?.code ?? null,
      sentence: toReason?.sentence ?? null,
    });
    // Sorted now and then, so that memory stays bounded however many change.
    if (this.#worst.length > 10 * this.#limit + 100) this.#keepWorst();
  }

  result(draft: Settings, limits: readonly string[]): Preview {
    this.#keepWorst();
    const { tripped, allowed } = checkBrake(draft.brake, this.#publishedMoves, this.partners, 0);
    return {
      partners: this.partners,
      before: this.#before,
      after: this.#after,
      changing: this.#changing,
      changes: this.#worst,
      moves: this.#moves,
      brake: { moves: this.#publishedMoves, stops: tripped, allowed },
      properties: Object.fromEntries([...this.#properties].sort(([, a], [, b]) => b - a)),
      limits: [
        ...limits,
        ...[...this.#unknowns].map(([sentence, partners]) => `${count(partners, 'partner')}: ${sentence}`),
      ],
    };
  }

  #keepWorst(): void {
    const kept = this.#worst.toSorted((a, b) => gravity(b) - gravity(a));
    this.#worst = kept.slice(0, this.#limit);
  }
}

const gravities: Readonly<Record<Status, number>> = {
  inactive: 4,
  never_activated: 4,
  at_risk: 3,
  cooling: 2,
  reactivated: 1,
  unknown: 1,
  active: 0,
  excluded: 0,
};

/** Who falls furthest comes first; a new reason alone comes last. */
function gravity({ from, to }: PreviewedPartner): number {
  return from === to
    ? -1
    : Math.abs(gravities[to] - gravities[from]) + (gravities[to] > gravities[from] ? 10 : 0);
}

/** As publishing compares: what only rides along is no change, and neither is a small move of health. */
function differing(old: DesiredProperties, draft: DesiredProperties): readonly PropertyKey[] {
  const keys = (Object.keys(draft) as PropertyKey[]).filter(
    (key) => !passengerKeys.includes(key) && !samePropertyValue(key, old[key] ?? '', draft[key] ?? ''),
  );
  const healthMoved = Math.abs(Number(old.health) - Number(draft.health)) >= healthStep;
  return keys.filter((key) => key !== 'health' || healthMoved || keys.length > 1);
}

/** Other rules have the programme looked at anew, and it may have changed by itself since it was looked at last. */
function newLook({ facts: old }: Context, { facts: fresh }: Context): string[] {
  return old === null || fresh === null || isDeepStrictEqual(placesIn(old), placesIn(fresh))
    ? []
    : [
        `Saving other rules has the whole programme looked at anew: potential and path also move by what happened since ${old.asOf}, when it was last looked at.`,
      ];
}

/** The rhythm model is held against the rule, so that another one may have everybody judged by what is learned then. */
function newRhythms({ cadence: known }: Context, { cadence: learned }: Context): string[] {
  return known === null || known.version === learned?.version
    ? []
    : [
        'Saving these rules has the rhythms learned anew, because the rhythm model is tested against other days: early warnings also move by what happened since they were last learned.',
      ];
}

/** What no rule has a say in. */
function placesIn({ amounts, peaks, histories, tiers, bounds }: ProgrammeFacts): unknown {
  return [amounts, peaks, histories, tiers, bounds];
}

function limitsOf(old: Settings, draft: Settings): string[] {
  const differs = (key: keyof Settings): boolean => JSON.stringify(old[key]) !== JSON.stringify(draft[key]);
  return [
    ...(differs('partnerDefinition')
      ? [
          'The partner definition changes: these are the partners of today, and the next sync finds the new ones.',
        ]
      : []),
    ...(differs('mapping')
      ? [
          'The mapping changes: activities are those of the present mapping until the next sync reads everything anew.',
        ]
      : []),
    ...(differs('falseAlarmShare')
      ? [
          'Another false-alarm budget sets another alarm when the history is next learned from, within a week.',
        ]
      : []),
  ];
}
