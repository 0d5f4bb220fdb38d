/**
 * What partners are held against, for their segment and by the conversion rule: a look at everybody's history, once a week and after new settings.
 * What it says is adopted only where it is another than before by enough to matter, because everybody is judged anew then.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FactsCollector, factsDiffer } from '../assess/facts.ts';
import type { ProgrammeFacts } from '../model/facts.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import type { SettingsVersion } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { latestFacts, noteFactsChecked, saveFacts, type KeptFacts } from '../store/facts.ts';
import { streamHistories } from '../store/histories.ts';
import { fenced, type Lease } from '../store/lease.ts';
import { markAllDirty } from '../store/partners.ts';

const daysBetweenLooks = 7;
const partnersPerPage = 500;

type FactsContext = {
  readonly store: Store;
  readonly portal: Portal;
  readonly settings: SettingsVersion;
  readonly now: Instant;
  readonly signal: AbortSignal;
};

/** Looks where a look is due, and keeps what it says. Whoever it changes is judged by the run that follows. */
export async function gatherFactsIfDue(context: FactsContext & { readonly lease: Lease }): Promise<void> {
  const { store, settings, now, lease } = context;
  const known = await latestFacts(store.db);
  if (!isDue(known, context)) return;
  const facts = await gather(context);
  const isNews = known === null || lackClicks(known) || factsDiffer(known.facts, facts);
  const meta = { settingsVersion: settings.version, now };
  await fenced(store.db, lease, async (transaction) => {
    if (isNews) {
      await saveFacts(transaction, facts, meta);
      await markAllDirty(transaction);
    } else {
      await noteFactsChecked(transaction, meta);
    }
  });
}

/**
 * Between two runs partners are held against what the run before held them against. An earlier version's facts lack the
 * median of clicks, which it kept elsewhere: where a rule asks for it, it is gathered before anybody is judged without it,
 * and nothing else of the facts changes until the next run looks.
 */
export async function completeFacts(context: FactsContext & { readonly lease: Lease }): Promise<void> {
  const { store, settings, now, lease } = context;
  const asksForClicks = settings.settings.rules.some(({ test }) => test === 'conversion');
  const known = await latestFacts(store.db);
  if (!asksForClicks || (known !== null && !lackClicks(known))) return;
  const gathered = await gather(context);
  const facts = known === null ? gathered : { ...known.facts, medianClicks: gathered.medianClicks };
  const meta = { settingsVersion: settings.version, now: known?.checkedAt ?? now };
  await fenced(store.db, lease, async (transaction) => {
    await saveFacts(transaction, facts, meta);
    // By the next run: the median of now may be another one than everybody was judged by.
    await markAllDirty(transaction);
  });
}

/** What a run would judge by now. Saves nothing. */
export async function factsFor(context: FactsContext): Promise<ProgrammeFacts> {
  const known = await latestFacts(context.store.db);
  if (known !== null && !isDue(known, context)) return known.facts;
  const facts = await gather(context);
  return known === null || lackClicks(known) || factsDiffer(known.facts, facts) ? facts : known.facts;
}

function isDue(known: KeptFacts | null, { settings, now }: FactsContext): boolean {
  return (
    known === null ||
    lackClicks(known) ||
    known.settingsVersion !== settings.version ||
    Math.abs(now - known.checkedAt) >= daysBetweenLooks * millisecondsPerDay
  );
}

/** An earlier version kept the median of clicks elsewhere: without it, who clicks less than is usual would be at risk. */
function lackClicks({ facts }: KeptFacts): boolean {
  return facts.medianClicks === undefined;
}

async function gather({ store, portal, settings, now, signal }: FactsContext): Promise<ProgrammeFacts> {
  const { currency, timeZone } = portal;
  const collector = new FactsCollector({ settings: settings.settings, currency, timeZone, now });
  for await (const page of streamHistories(store.db, partnersPerPage)) {
    signal.throwIfAborted();
    for (const { partner, timeline } of page) collector.add(partner, timeline);
    await nextTurn();
  }
  return collector.finish();
}
