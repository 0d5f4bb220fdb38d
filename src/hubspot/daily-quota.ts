/**
 * Keeps our requests of the account's day within the share that the administrator lets us take, over all our processes
 * and restarts: whoever connects writes the count down and says how many there were.
 */
import type { Day, Instant } from '../model/instant.ts';
import type { Clock } from './clock.ts';
import { QuotaExhaustedError } from './errors.ts';
import { daily } from './limits.ts';

export type QuotaKeeper = {
  /** The account's time zone, where it is known from before. */
  readonly timeZone: string | null;
  /**
   * Adds to our requests of a day.
   * @returns how many of that day there are in all, and what the settings in force let us take
   */
  readonly record: (day: Day, requests: number) => Promise<DayCount>;
};

type DayCount = {
  readonly requests: number;
  readonly burstShare: number | null;
  readonly dailyShare: number;
};

type DailyQuotaOptions = {
  readonly clock: Clock;
  readonly warn: (data: object, message: string) => void;
  /** Null when nobody counts: then there is no share of ours. */
  readonly keeper: QuotaKeeper | null;
  readonly today: (now: Instant) => Day;
  /** The account's next midnight. */
  readonly endOfToday: (now: Instant) => Instant;
  readonly takeAtMost: (burstShare: number | null) => void;
};

export class DailyQuota {
  readonly #options: DailyQuotaOptions;
  /** The account's limit; null until HubSpot has told it. */
  #limit: number | null = null;
  #share = 1;
  /** What was written down of the day that we last asked about. */
  #recorded: { readonly day: Day; readonly requests: number } | null = null;
  /** What was not yet; more than one day only around midnight. */
  readonly #pending = new Map<Day, number>();
  #recording: Promise<void> | null = null;
  #cancelAlarm: (() => void) | null = null;
  /** HubSpot's own refusal. */
  #exhausted: QuotaExhaustedError | null = null;

  constructor(options: DailyQuotaOptions) {
    this.#options = options;
  }

  learnLimit(limit: number): void {
    this.#limit = limit;
  }

  /** HubSpot says that the account has no requests left. */
  stopUntil(resumeAt: Instant): QuotaExhaustedError {
    this.#exhausted = new QuotaExhaustedError(resumeAt);
    return this.#exhausted;
  }

  /** Learns how many requests of today there are already. @throws what kept the count from being read */
  async open(): Promise<void> {
    if (this.#options.keeper !== null && this.#recorded?.day !== this.#today()) await this.#record();
  }

  /** Counts a request that is about to leave. @throws QuotaExhaustedError when none may */
  take(): void {
    const { clock, keeper, endOfToday } = this.#options;
    const now = clock.now();
    if (this.#exhausted !== null && now < this.#exhausted.resumeAt) throw this.#exhausted;
    if (keeper === null) return;
    // Also when nothing may leave: somebody may have raised the share.
    this.#recordLater();
    const today = this.#today();
    const used = this.#usedOn(today);
    if (this.#limit !== null && used >= Math.floor(this.#limit * this.#share)) {
      throw new QuotaExhaustedError(endOfToday(now), { used, limit: this.#limit, share: this.#share });
    }
    this.#pending.set(today, (this.#pending.get(today) ?? 0) + 1);
  }

  /** Writes down what is left. Never rejects: whatever ended the connection matters more. */
  async close(): Promise<void> {
    // What is on its way may fail for a reason that has passed by now; whoever began it is told, and we try once more.
    await this.#recording?.catch(() => undefined);
    try {
      while (this.#pending.size > 0) await this.#record();
    } catch (error) {
      const requests = [...this.#pending.values()].reduce((sum, one) => sum + one, 0);
      this.#options.warn({ error, requests }, 'our last requests of the day could not be written down');
    }
    this.#cancelAlarm?.();
  }

  #recordLater(): void {
    const { clock, warn } = this.#options;
    this.#cancelAlarm ??= clock.after(daily.recordEveryMs, () => {
      this.#record().catch((error: unknown) =>
        warn({ error }, 'our requests of the day could not be written down; that is tried again'),
      );
    });
  }

  #today(): Day {
    return this.#options.today(this.#options.clock.now());
  }

  #usedOn(day: Day): number {
    const recorded = this.#recorded?.day === day ? this.#recorded.requests : 0;
    return recorded + (this.#pending.get(day) ?? 0);
  }

  /** One at a time, or two would each take the other's requests for somebody else's. */
  #record(): Promise<void> {
    this.#recording ??= this.#recordAll().finally(() => {
      this.#recording = null;
    });
    return this.#recording;
  }

  async #recordAll(): Promise<void> {
    this.#cancelAlarm?.();
    this.#cancelAlarm = null;
    const today = this.#today();
    const earlier = [...this.#pending.keys()].filter((day) => day !== today);
    for (const day of [...earlier, today]) await this.#recordDay(day);
  }

  /** What is on its way stays pending until it has arrived: it counts all the time. */
  async #recordDay(day: Day): Promise<void> {
    const { keeper, takeAtMost } = this.#options;
    if (keeper === null) return;
    const sent = this.#pending.get(day) ?? 0;
    const { requests, burstShare, dailyShare } = await keeper.record(day, sent);
    const left = (this.#pending.get(day) ?? 0) - sent;
    if (left === 0) this.#pending.delete(day);
    else this.#pending.set(day, left);
    this.#recorded = { day, requests };
    this.#share = dailyShare;
    takeAtMost(burstShare);
  }
}
