/**
 * Reads again what webhooks hinted at. A hint says which record, never what became of it, so duplicates, disorder and
 * delay change nothing: whatever HubSpot holds at this moment is what counts.
 *
 * Work moves from hint to hint, each step in one transaction: a company that became a partner leaves hints for all its
 * records, a record leaves hints for the partners that are to be judged because of it. Hints of companies stay until
 * their partners are judged and published. So a crash at any point repeats something and loses nothing (I1).
 */
import { MissingScopeError } from '../hubspot/errors.ts';
import type { AssociationInput, AssociationRead, HubSpot } from '../hubspot/hubspot.ts';
import { pageSizes } from '../hubspot/limits.ts';
import { meetsDefinition } from '../hubspot/partners.ts';
import type { Hint } from '../model/hint.ts';
import type { Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import { linkedTypes, type Company, type LinkedRecord, type LinkedType } from '../model/record.ts';
import type { Settings } from '../model/settings.ts';
import { replaceActivities, upsertActivities } from '../store/activities.ts';
import type { Store } from '../store/connect.ts';
import { addOwnHints, hintsAfter, removeHints, type WaitingHint } from '../store/hints.ts';
import { fenced, type Lease } from '../store/lease.ts';
import type { Link } from '../store/links.ts';
import { leavePartners, saveFormerPartners, savePartners } from '../store/partners.ts';
import { forgetPublished } from '../store/publishing.ts';
import {
  concerning,
  knownCompanies,
  recordsAbout,
  replaceRecordLinks,
  type KnownCompany,
} from '../store/record-links.ts';
import { unfinishedSync } from '../store/progress.ts';
import { dropRecords, saveRecords } from '../store/records.ts';
import type { Db } from '../store/tables.ts';
import { touchedAmong } from '../store/touch.ts';
import { activitiesOf, companyActivities, sourceOf } from './derive.ts';
import { partnerOf, partnerProperties, showsVerdict } from './partner.ts';
import { asFarAsReadable } from './unreadable.ts';

export type RefreshContext = {
  readonly hubspot: HubSpot;
  readonly store: Store;
  readonly lease: Lease;
  readonly portal: Portal;
  readonly settings: Settings;
  readonly runId: string;
  readonly now: Instant;
  /**
   * How many partners may leave. More at once are far more often a renamed property than the end of a programme, and
   * the nightly sync, which sees all of them, decides.
   */
  readonly mayLeave: number;
  /** Partners whose records are read again, too, although nobody said that any of them changed. */
  readonly anew: ReadonlySet<string>;
  /** Aborts between two pages. */
  readonly signal: AbortSignal;
};

export type Refreshed = {
  /** The partners to judge and publish, and companies that left and are to be cleared: their hints, still waiting. */
  readonly partners: readonly WaitingHint[];
  readonly counts: { companies: number; deals: number; engagements: number };
  readonly warnings: readonly string[];
};

type State = RefreshContext & {
  /** A sync that a crash left unfinished goes on later: what is found now counts as found by it. */
  readonly syncId: string;
  readonly partners: Map<string, WaitingHint>;
  readonly counts: { companies: number; deals: number; engagements: number };
  readonly warnings: Set<string>;
  left: number;
};

/** Companies first, so that a new partner is known before its records are looked at. */
export async function refreshRecords(context: RefreshContext): Promise<Refreshed> {
  const state: State = {
    ...context,
    syncId: (await unfinishedSync(context.store.db))?.syncId ?? context.runId,
    partners: new Map(),
    counts: { companies: 0, deals: 0, engagements: 0 },
    warnings: new Set(),
    left: 0,
  };
  for await (const hints of pages(state, 'company', pageSizes.batch)) {
    await follow(state, hints, (some) => refreshCompanies(state, some));
  }
  for (const type of linkedTypes) {
    for await (const hints of pages(state, type, pageSizes.associationInputs)) {
      await follow(state, hints, (some) => refreshLinked(state, type, some));
    }
  }
  return { partners: [...state.partners.values()], counts: state.counts, warnings: [...state.warnings] };
}

async function* pages(
  state: State,
  type: Hint['type'],
  limit: number,
): AsyncGenerator<readonly WaitingHint[]> {
  let after = '';
  for (;;) {
    state.signal.throwIfAborted();
    const hints = await hintsAfter(state.store.db, type, { after, limit });
    const last = hints.at(-1);
    if (last === undefined) return;
    yield hints;
    // What comes while we read is for the next refresh, or a flood would keep this one from ever judging anybody.
    if (hints.length < limit) return;
    after = last.recordId;
  }
}

/** Hints of records that cannot be read are dropped: the nightly run looks at everything, and says so when it fails. */
async function follow(
  state: State,
  hints: readonly WaitingHint[],
  work: (hints: readonly WaitingHint[]) => Promise<void>,
): Promise<void> {
  const unreadable = await asFarAsReadable(hints, work);
  if (unreadable.length === 0) return;
  const dropped = unreadable.map(({ item }) => item);
  await fenced(state.store.db, state.lease, (transaction) => removeHints(transaction, dropped));
  for (const { item, reason } of unreadable) {
    state.warnings.add(
      `The ${item.type} ${item.recordId} cannot be read and waits for the nightly run. ${reason}`,
    );
  }
}

/** What HubSpot says of hinted companies, beside what was known of them. */
type CompaniesRead = {
  readonly found: readonly Company[];
  readonly partners: readonly Company[];
  /** What hangs on those that were no partners before, or are read anew. */
  readonly records: readonly Hint[];
  /** Companies that are no partners any more: `living` ones show values of ours still, `gone` ones exist no more. */
  readonly left: { readonly living: readonly string[]; readonly gone: readonly string[] };
  /** Companies that are no partners and show a verdict of ours all the same. */
  readonly showing: readonly Company[];
  readonly known: ReadonlyMap<string, KnownCompany>;
};

async function refreshCompanies(state: State, hints: readonly WaitingHint[]): Promise<void> {
  const read = await readCompanies(
    state,
    hints.map(({ recordId }) => recordId),
  );
  await fenced(state.store.db, state.lease, (transaction) => saveCompanies(transaction, state, hints, read));
  state.left += read.left.living.length + read.left.gone.length;
  state.counts.companies += read.found.length;
}

async function readCompanies(state: State, asked: readonly string[]): Promise<CompaniesRead> {
  const { hubspot, store, settings } = state;
  const { found } = await hubspot.readCompanies(asked, partnerProperties(settings));
  const known = await knownCompanies(store.db, [
    ...asked,
    ...found.flatMap(({ id, mergedIds }) => [id, ...mergedIds]),
  ]);
  const partners = found.filter((company) => isPartner(company, known, settings));
  const arrivals = partners.filter(
    (company) => state.anew.has(company.id) || isArrival(company, known.get(company.id)),
  );
  const records = await recordsOf(
    state,
    arrivals.map(({ id }) => id),
  );
  const left = leavers(state, asked, found, partners, known);
  return { found, partners, records, left, showing: showingOthers(found, partners, settings), known };
}

async function saveCompanies(
  transaction: Db,
  state: State,
  hints: readonly WaitingHint[],
  { found, partners, records, left: { living, gone }, showing, known }: CompaniesRead,
): Promise<void> {
  const { settings, portal, now } = state;
  await savePartners(
    transaction,
    state.syncId,
    partners.map((company) => partnerOf(company, settings, portal.timeZone)),
  );
  await upsertActivities(
    transaction,
    partners.flatMap((company) => companyActivities(company, settings.mapping, portal.timeZone)),
  );
  await leavePartners(transaction, [...living, ...gone], now);
  await forgetPublished(transaction, gone);
  await saveFormerPartners(
    transaction,
    showing.map((company) => partnerOf(company, settings, portal.timeZone)),
    now,
  );
  await addOwnHints(transaction, records, now);
  // Also whom an earlier attempt saw leave and did not clear.
  const toClear = found.filter(({ id }) => known.get(id)?.isPublished === true && !gone.includes(id));
  const held = [...partners, ...toClear, ...showing].map(({ id }) => id);
  await hold(transaction, state, hints, held);
}

/**
 * A definition by a list says nothing about a single company: partners stay what they are, and new ones wait for the
 * nightly sync, which reads the list.
 */
function isPartner(
  company: Company,
  known: ReadonlyMap<string, KnownCompany>,
  { partnerDefinition }: Settings,
): boolean {
  if (company.archived) return false;
  if (partnerDefinition.by === 'property') return meetsDefinition(company, partnerDefinition);
  return [company.id, ...company.mergedIds].some((id) => known.get(id)?.isPartner === true);
}

/** Whom a definition by a list does not name, only the nightly sync knows. */
function showingOthers(
  found: readonly Company[],
  partners: readonly Company[],
  { partnerDefinition }: Settings,
): readonly Company[] {
  if (partnerDefinition.by === 'list') return [];
  const ids = new Set(partners.map(({ id }) => id));
  return found.filter((company) => !company.archived && !ids.has(company.id) && showsVerdict(company));
}

/** Somebody new, somebody who returns, or the survivor of a merge: its records may never have been read. */
function isArrival({ mergedIds }: Company, known: KnownCompany | undefined): boolean {
  return known === undefined || !known.isPartner || mergedIds.some((id) => !known.mergedIds.includes(id));
}

/** Whom we know as a partner and who is none any more. Older never replaces newer. */
function leavers(
  state: State,
  asked: readonly string[],
  found: readonly Company[],
  partners: readonly Company[],
  known: ReadonlyMap<string, KnownCompany>,
): CompaniesRead['left'] {
  const companies = new Map(
    found.filter(({ archived }) => !archived).map((company) => [company.id, company]),
  );
  const stay = new Set(partners.map(({ id }) => id));
  const merged = new Set(partners.flatMap(({ mergedIds }) => mergedIds));
  const left = [...new Set([...asked, ...companies.keys()])].filter(
    (id) => known.get(id)?.isPartner === true && !stay.has(id) && !merged.has(id),
  );
  const living = left.filter((id) => (companies.get(id)?.updatedAt ?? -1) >= (known.get(id)?.updatedAt ?? 0));
  const gone = left.filter((id) => !companies.has(id));
  if (state.left + living.length + gone.length <= state.mayLeave) return { living, gone };
  state.warnings.add(
    `HubSpot says of more than ${state.mayLeave} companies at once that they are no partners any more. They stay ` +
      'partners until the nightly run has looked at all of them; check the partner definition and its property in HubSpot.',
  );
  return { living: [], gone: [] };
}

/**
 * The records of companies that were not read as partners before, as hints: whatever hangs on them is read next, and
 * whatever was known of one that returns, since nobody has looked whether it is still true.
 */
async function recordsOf(state: State, companyIds: readonly string[]): Promise<readonly Hint[]> {
  if (companyIds.length === 0) return [];
  const hints: Hint[] = [];
  for (const type of linkedTypes) {
    await permitted(state, async () => {
      const links = await allLinks(companyIds, (inputs) => state.hubspot.readAssociations(type, inputs));
      const before = await recordsAbout(state.store.db, sourceOf[type], companyIds);
      const ids = [...before, ...links.flatMap(({ to }) => to)];
      hints.push(...ids.map((recordId) => ({ type, recordId })));
    });
  }
  return hints;
}

/** A type that the app may not read is unknown, as the nightly sync says; the others go on. */
async function permitted(state: State, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MissingScopeError)) throw error;
    state.warnings.add(error.message);
  }
}

async function allLinks(
  ids: readonly string[],
  read: (inputs: readonly AssociationInput[]) => Promise<AssociationRead>,
): Promise<AssociationRead['links']> {
  const links: { from: string; to: readonly string[] }[] = [];
  let inputs: readonly AssociationInput[] = ids.map((id) => ({ id, after: null }));
  while (inputs.length > 0) {
    const answer = await read(inputs);
    links.push(...answer.links);
    inputs = answer.next;
  }
  return links;
}

/** These partners are to be judged and published; their hints wait until that is done. The other hints are followed. */
async function hold(
  transaction: Db,
  state: State,
  hints: readonly WaitingHint[],
  partnerIds: readonly string[],
): Promise<void> {
  const held = new Set(partnerIds);
  const isHeld = ({ type, recordId }: Hint): boolean => type === 'company' && held.has(recordId);
  const added = await addOwnHints(
    transaction,
    partnerIds.map((recordId) => ({ type: 'company', recordId })),
    state.now,
  );
  for (const hint of [...hints.filter(isHeld), ...added]) state.partners.set(hint.recordId, hint);
  await removeHints(
    transaction,
    hints.filter((hint) => !isHeld(hint)),
  );
}

async function refreshLinked(state: State, type: LinkedType, hints: readonly WaitingHint[]): Promise<void> {
  const { store, lease } = state;
  const ids = hints.map(({ recordId }) => recordId);
  let read: LinkedRead = { ids: [], links: [], found: [] };
  await permitted(state, async () => {
    read = await readLinked(state, type, ids);
  });
  await fenced(store.db, lease, async (transaction) => {
    const touched = await saveLinked(transaction, state, type, read);
    await hold(transaction, state, hints, touched);
  });
  state.counts[type === 'deal' ? 'deals' : 'engagements'] += read.found.length;
}

/** `ids` are the records that hang on a partner or did so until now; the others are none of our business. */
type LinkedRead = {
  readonly ids: readonly string[];
  readonly links: readonly Link[];
  readonly found: readonly LinkedRecord[];
};

async function readLinked(state: State, type: LinkedType, ids: readonly string[]): Promise<LinkedRead> {
  const { hubspot, store } = state;
  const companies = await allLinks(ids, (inputs) => hubspot.readLinkedCompanies(type, inputs));
  const known = await knownCompanies(
    store.db,
    companies.flatMap(({ to }) => to),
  );
  const links = companies.flatMap(({ from, to }) =>
    to
      .filter((partnerId) => known.get(partnerId)?.isPartner === true)
      .map((partnerId) => ({ partnerId, recordId: from })),
  );
  const linked = [...new Set(links.map(({ recordId }) => recordId))];
  const found: LinkedRecord[] = [];
  for (let start = 0; start < linked.length; start += pageSizes.batch) {
    state.signal.throwIfAborted();
    const batch = await hubspot.readRecords(type, linked.slice(start, start + pageSizes.batch));
    found.push(...batch.found);
  }
  const living = new Set(found.map(({ id }) => id));
  const before = await concerning(store.db, type, sourceOf[type], ids);
  return {
    ids: [...new Set([...before, ...linked])],
    links: links.filter(({ recordId }) => living.has(recordId)),
    found,
  };
}

/** Replaces what these records were and said. @returns the partners that are to be judged because of it */
async function saveLinked(
  transaction: Db,
  state: State,
  type: LinkedType,
  { ids, links, found }: LinkedRead,
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const saved = await saveRecords(transaction, state.syncId, found);
  const partners = await replaceRecordLinks(transaction, type, ids, links, state.syncId);
  const living = new Set(found.map(({ id }) => id));
  const unlinked = ids.filter((id) => !living.has(id));
  await dropRecords(transaction, type, unlinked);
  const current = new Set(saved.current);
  const records = found.filter(({ id }) => current.has(id));
  const linkedTo = Map.groupBy(links, ({ recordId }) => recordId);
  await replaceActivities(
    transaction,
    sourceOf[type],
    [...current, ...unlinked],
    records.flatMap((record) =>
      activitiesOf(
        record,
        (linkedTo.get(record.id) ?? []).map(({ partnerId }) => partnerId),
        state.settings.mapping,
      ),
    ),
  );
  return touchedAmong(transaction, partners);
}
