/** Step 1: find the partners, page by page. */
import { propertyName } from '../hubspot/properties.ts';
import { meetsDefinition } from '../hubspot/partners.ts';
import { RefusedError } from '../model/errors.ts';
import { millisecondsPerDay } from '../model/instant.ts';
import type { Company } from '../model/record.ts';
import type { PartnerDefinition } from '../model/settings.ts';
import { upsertActivities } from '../store/activities.ts';
import { fenced } from '../store/lease.ts';
import {
  countPartners,
  countUnpublished,
  knownIdsAfter,
  partnersSeen,
  saveFormerPartners,
  savePartners,
  seenAmong,
  storedAmong,
} from '../store/partners.ts';
import { abandonSync, readProgress } from '../store/progress.ts';
import { forgetPublished } from '../store/publishing.ts';
import type { Db } from '../store/tables.ts';
import { knownUpTo, overlapMs, type SyncContext } from './context.ts';
import { companyActivities } from './derive.ts';
import { partnerOf, partnerProperties, showsVerdict } from './partner.ts';
import { runStep, type Counts } from './step.ts';

type ByProperty = PartnerDefinition & { by: 'property' };

const findingAll = 'partners';

/** hubspot-api.md 2.2: at most 100 ids in one batch read of objects. */
export const companiesPerRequest = 100;

/** HubSpot restores what was archived for 90 days (hubspot-api.md 3), without counting it as modified. */
export const restorableMs = 90 * millisecondsPerDay;

/**
 * Makes the store know whom this sync saw as a partner.
 * @returns how many partners there are
 * @throws RefusedError when HubSpot reports none, or less than half of those we know: an empty answer is far more often
 *   a renamed property or a lost permission than the end of a programme (reliability.md, fact 6 and fault row 20)
 */
export async function discoverPartners(context: SyncContext): Promise<number> {
  const { store, settings, syncId, mode } = context;
  if (mode === 'second_pass') return countPartners(store.db);
  const known = await countPartners(store.db);
  const definition = settings.partnerDefinition;
  if (mode === 'full' || definition.by === 'list') await findAll(context);
  else await findWhatMoved(context, definition);
  const found = await partnersSeen(store.db, syncId);
  const refusal = collapseRefusal(found, context.acceptFewerPartners ? 0 : known, definition);
  if (refusal === null) return found;
  // A refused sync is over: going on from its pages would never find the partners that they lacked.
  await fenced(store.db, context.lease, (transaction) => abandonSync(transaction, syncId));
  throw refusal;
}

/** Every company that meets the definition, as HubSpot lists or finds them. */
async function findAll(context: SyncContext): Promise<void> {
  const { hubspot, settings } = context;
  await runStep(context, findingAll, { counted: 'partners', total: null }, async (cursor) => {
    const page = await hubspot.findPartners(settings.partnerDefinition, partnerProperties(settings), cursor);
    // The first page tells how many there will be.
    const expected = cursor === null && page.total !== null ? { expected: page.total } : {};
    return {
      next: page.next,
      save: async (transaction) => ({ ...(await savePage(transaction, context, page.items)), ...expected }),
    };
  });
}

/** How many partners a discovery that goes on will find; null until its first page is saved. */
export async function expectedPartners({ store, syncId }: SyncContext): Promise<number | null> {
  return (await readProgress(store.db, syncId, findingAll))?.counts['expected'] ?? null;
}

/**
 * Known partners are asked for by their ids, which shows deletions, merges and marks that were taken away, and is fresh.
 * Search adds whom nobody knew: who carries no status of ours yet, or, while many do not, who was modified. Should it
 * count other partners than were seen, it names them all.
 */
async function findWhatMoved(context: SyncContext, definition: ByProperty): Promise<void> {
  const { hubspot, store, syncId, watermarks, startedAt, settings } = context;
  await readKnown(context, definition);
  const unpublished = await countUnpublished(store.db, propertyName('status'));
  const since = (watermarks.get('company') ?? startedAt) - overlapMs;
  const newer = unpublished <= fewUnpublished ? 'unpublished' : { since };
  await findUnknown(context, definition, 'new partners', (cursor) =>
    hubspot.findNewPartners(definition, partnerProperties(settings), newer, cursor),
  );
  const counted = await hubspot.countPartners(definition);
  if (counted === (await partnersSeen(store.db, syncId))) return;
  await findUnknown(context, definition, 'all partners', (cursor) =>
    hubspot.findPartners(definition, partnerProperties(settings), cursor),
  );
}

/** One page of a search. */
const fewUnpublished = 200;

async function readKnown(context: SyncContext, definition: ByProperty): Promise<void> {
  const { hubspot, store, settings } = context;
  const total = await countPartners(store.db);
  await runStep(context, 'known partners', { counted: 'read', total }, async (cursor) => {
    const ids = await knownIdsAfter(store.db, {
      after: cursor,
      limit: companiesPerRequest,
      leftSince: context.startedAt - restorableMs,
    });
    const { found } = await hubspot.readCompanies(ids, partnerProperties(settings));
    const living = found.filter(({ archived }) => !archived);
    const livingIds = new Set(living.map(({ id }) => id));
    return {
      next: ids.length < companiesPerRequest ? null : (ids.at(-1) ?? null),
      save: async (transaction) => {
        // Deleted or merged away: HubSpot shows nothing of ours on them, and nothing can be cleared.
        await forgetPublished(
          transaction,
          ids.filter((id) => !livingIds.has(id)),
        );
        const partners = living.filter((company) => meetsDefinition(company, definition));
        const others = living.filter((company) => !meetsDefinition(company, definition));
        await saveFormer(transaction, context, others.filter(showsVerdict));
        return { ...(await savePage(transaction, context, partners)), read: ids.length };
      },
    };
  });
}

/**
 * Whom a search finds and this sync has not seen. Of companies that we know it may show a mark that was just taken away,
 * so those are read again by their ids; where it shows them as they are, it knows better than we what meets the
 * definition.
 */
async function findUnknown(
  context: SyncContext,
  definition: ByProperty,
  step: string,
  search: (cursor: string | null) => Promise<{ items: readonly Company[]; next: string | null }>,
): Promise<void> {
  const { store, syncId } = context;
  await runStep(context, step, { counted: 'partners', total: null }, async (cursor) => {
    const page = await search(cursor);
    const ids = page.items.map(({ id }) => id);
    const seen = await seenAmong(store.db, syncId, ids);
    const stored = await storedAmong(store.db, ids);
    const unknown = page.items.filter(({ id }) => !stored.has(id));
    const doubtful = page.items.filter(({ id }) => stored.has(id) && !seen.has(id));
    const confirmed = await stillPartners(context, definition, doubtful);
    return {
      next: page.next,
      save: (transaction) => savePage(transaction, context, [...unknown, ...confirmed]),
    };
  });
}

async function stillPartners(
  { hubspot, settings }: SyncContext,
  definition: ByProperty,
  shown: readonly Company[],
): Promise<Company[]> {
  const partners: Company[] = [];
  for (let start = 0; start < shown.length; start += companiesPerRequest) {
    const asked = new Map(
      shown.slice(start, start + companiesPerRequest).map((company) => [company.id, company]),
    );
    const { found } = await hubspot.readCompanies([...asked.keys()], partnerProperties(settings));
    partners.push(
      ...found.filter(
        (company) =>
          !company.archived &&
          (meetsDefinition(company, definition) || asked.get(company.id)?.updatedAt === company.updatedAt),
      ),
    );
  }
  return partners;
}

/** Companies that are no partners and show what only partners should. */
export async function saveFormer(
  transaction: Db,
  { settings, portal, startedAt }: SyncContext,
  companies: readonly Company[],
): Promise<void> {
  const former = companies.map((company) => partnerOf(company, settings, portal.timeZone));
  await saveFormerPartners(transaction, former, startedAt);
}

async function savePage(
  transaction: Db,
  context: SyncContext,
  companies: readonly Company[],
): Promise<Counts> {
  const { settings, syncId, portal } = context;
  const { differences } = await savePartners(
    transaction,
    syncId,
    companies.map((company) => partnerOf(company, settings, portal.timeZone)),
    knownUpTo(context, 'company'),
  );
  await upsertActivities(
    transaction,
    companies.flatMap((company) => companyActivities(company, settings.mapping, portal.timeZone)),
  );
  return { partners: companies.length, differences };
}

/** The fewer partners a portal has, the more a few of them weigh: small programmes may halve overnight. */
export const collapseMinimum = 20;

/** Of `known` partners so many must be left, or we believe in a mistake rather than in the end of a programme. */
export function fewestPartners(known: number): number {
  return known < collapseMinimum ? 1 : Math.ceil(known / 2);
}

function collapseRefusal(found: number, known: number, definition: PartnerDefinition): RefusedError | null {
  const where =
    definition.by === 'property'
      ? `company property "${definition.property}" is ${definition.values.join(' or ')}`
      : `list ${definition.listId}`;
  if (found === 0) {
    return new RefusedError(
      `HubSpot reports 0 partner companies (${where})${known > 0 ? `, although ${known} were known` : ''}. ` +
        'Nothing was judged or written. Check the partner definition in the settings, the property in HubSpot and the ' +
        "app's permission to read companies, then run again.",
    );
  }
  if (found < fewestPartners(known)) {
    return new RefusedError(
      `HubSpot reports only ${found} of ${known} known partner companies (${where}). Nothing was judged or written. ` +
        'If that is right, run `rekindle run --accept-fewer-partners`; otherwise check the partner definition.',
    );
  }
  return null;
}
