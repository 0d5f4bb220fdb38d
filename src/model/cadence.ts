/**
 * A partner's own rhythm (models.md): what is normal for this partner, beside what the programme demands of everyone.
 */
import type { Day, Instant } from './instant.ts';
import { engagementKinds, productiveKinds, type PartnerKind } from './kind.ts';

/**
 * One renewal process cannot mix deals and clicks, so each partner has two streams of its own (models.md 6.1). Names are
 * part of reason codes: never rename one.
 */
export const streams = {
  productive: productiveKinds,
  engagement: engagementKinds,
} as const satisfies Record<string, readonly PartnerKind[]>;
export type Stream = keyof typeof streams;
export const streamNames: Readonly<Record<Stream, string>> = {
  productive: 'Business',
  engagement: 'Engagement',
};

/** Of MBG/NBD (models.md section 2): how fast partners act while they are alive, and how likely each act is the last. */
export type CadenceParameters = {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
};

/** What judging needs to know of what was learned from a stream of the portal's own history. */
export type CadenceModel = {
  readonly parameters: CadenceParameters;
  /** A silence is unusual when P(alive), or the surprise, falls to this level. */
  readonly alarm: { readonly by: 'alive' | 'surprise'; readonly level: number };
  /** Whether the back-test on the portal's own history lets the model warn. */
  readonly decides: 'model' | 'rule';
};

/** The days of one stream, partner after partner: ascending UTC day numbers; of partner i, days[offsets[i]..offsets[i+1]). */
export type EventDays = {
  readonly days: Int32Array;
  readonly offsets: Uint32Array;
  readonly partners: number;
};

/** How well a score or a flag told who would be quiet; null where everybody, or nobody, was. */
export type Accuracy = { readonly auc: number | null; readonly brier: number };

/** A test on the portal's own past: what the model knew at the cut, against what happened after it. */
export type HoldOut = {
  readonly weeks: number;
  readonly cutDay: Day;
  readonly partners: number;
  /** The share of them that was quiet in these weeks. */
  readonly quietShare: number;
  readonly model: Accuracy;
  readonly rule: Accuracy;
  /** Predicted and actual shares of partners active again, band by band. */
  readonly reliability: readonly {
    readonly partners: number;
    readonly predicted: number;
    readonly actual: number;
  }[];
};

/** How the model did against the fixed rule on the portal's own past: looked at every week, also while the model stays. */
export type BackTest = {
  /** After how many days of silence that rule gives a partner up. Absent from what was stored before it was kept. */
  readonly ruleDays?: number;
  readonly holdOuts: readonly HoldOut[];
  /** Why the model decides or does not, in a sentence for an administrator. */
  readonly because: string;
};

/** What was learned from one stream of the portal's history; plain JSON, stored. */
export type StreamModel = CadenceModel &
  BackTest & {
    /**
     * Other parameters that the history leaves possible, drawn from around those that it makes most probable; none where it
     * says nothing of that. Absent from what was stored before there were any.
     */
    readonly draws?: readonly CadenceParameters[];
    readonly fittedOn: Day;
    /** When the history begins. */
    readonly firstDay: Day;
    readonly partners: number;
    /** Repeats of all partners together: how much history there is. */
    readonly repeats: number;
    /** The budget that the alarm's level was set for. */
    readonly falseAlarmShare: number;
    /** Closed gaps that the alarm's level rests on. */
    readonly closedGaps: number;
  };

/** What was learned at one time, under the number by which verdicts name it. */
export type CadenceModels = {
  readonly version: number;
  readonly streams: Readonly<Record<Stream, CadenceModel | null>>;
};

/** The same with all that it rests on, as it is stored. */
export type Learned = {
  readonly version: number;
  readonly learnedAt: Instant;
  readonly streams: Readonly<Record<Stream, StreamModel | null>>;
};

/** The chance of activity within 90 days, in bands that a workflow can branch on; values are written to HubSpot. */
export type ChanceBand = 'likely' | 'uncertain' | 'unlikely' | 'not_enough_history';

/**
 * What the model saw of a partner, kept with its verdict. Only what stands still while nothing happens: the chances
 * themselves fall a little every day, and whoever shows them computes them from this and the model that it names.
 */
export type CadenceReading = {
  /** Which stream the partner is judged by. */
  readonly stream: Stream;
  /** The learned model (store/learned.ts) that these days follow from. */
  readonly model: number;
  /** Active weeks since the clock started: activities at least 7 days apart. */
  readonly episodes: number;
  /** The first and the latest of them; the clock starts anew after a long return. */
  readonly firstDay: Day;
  readonly countedDay: Day;
  /** The latest activity of the stream. */
  readonly lastDay: Day;
  /** The partner's own gaps between active weeks, in days: the middle one, and the range of the usual ones. */
  readonly gaps: { readonly typical: number; readonly from: number; readonly to: number } | null;
  readonly band: ChanceBand;
  /** The day on which the silence becomes unusual for this partner, past or future; null where the model has no say. */
  readonly quietFrom: Day | null;
};
