/** Carries out the write-back plan. With create-task.ts and provision.ts the only code that changes anything in HubSpot. */
import type { BatchWrite, CompanyUpdate, FailedUpdate, HubSpot } from '../hubspot/hubspot.ts';
import { InvalidBatchError } from '../hubspot/errors.ts';
import { assertLease, fenced, type Lease } from '../store/lease.ts';
import { savePublished, savePublishFailures } from '../store/publishing.ts';
import type { Store } from '../store/connect.ts';
import { assertProvisioned } from './provision.ts';

/** hubspot-api.md 2.2: at most 100 records in one batch update. */
export const updatesPerRequest = 100;

export type ApplyContext = {
  readonly hubspot: HubSpot;
  readonly store: Store;
  readonly lease: Lease;
  readonly runId: string;
};

export type ApplyResult = { readonly changed: number; readonly failed: readonly FailedUpdate[] };

/**
 * Writes one batch of at most 100 updates and records what HubSpot confirmed.
 *
 * The lease is checked immediately before the request, so that a holder that woke up late does not write (I6). If the
 * process dies between HubSpot's answer and our record of it, the next sync reads the new values from HubSpot and finds
 * nothing left to write (I7).
 */
export async function applyBatch(
  context: ApplyContext,
  updates: readonly CompanyUpdate[],
): Promise<ApplyResult> {
  await assertLease(context.store.db, context.lease);
  const result = await write(context.hubspot, updates);
  const writtenAt = new Map(result.written.map(({ id, updatedAt }) => [id, updatedAt]));
  await fenced(context.store.db, context.lease, async (transaction) => {
    await savePublished(
      transaction,
      updates.flatMap(({ id, properties }) => {
        const updatedAt = writtenAt.get(id);
        return updatedAt === undefined ? [] : [{ partnerId: id, properties, updatedAt }];
      }),
    );
    await savePublishFailures(transaction, context.runId, result.failed);
  });
  return { changed: result.written.length, failed: result.failed };
}

/**
 * A whole batch is refused because of one record, or because a property of ours was changed since this run looked at
 * them: then no smaller batch would be taken either, and the error says what to mend.
 */
async function write(hubspot: HubSpot, updates: readonly CompanyUpdate[]): Promise<BatchWrite> {
  try {
    return await hubspot.updateCompanies(updates);
  } catch (error) {
    if (!(error instanceof InvalidBatchError)) throw error;
    await assertProvisioned(hubspot);
    return writeInHalves(hubspot, updates, error);
  }
}

/**
 * HubSpot refuses a whole batch because of one bad record (hubspot-api.md section 3). Halving finds it in at most
 * fourteen further requests, and the other ninety-nine are written.
 */
async function writeInHalves(
  hubspot: HubSpot,
  updates: readonly CompanyUpdate[],
  refusal: InvalidBatchError,
): Promise<BatchWrite> {
  const [only] = updates;
  if (updates.length === 1 && only !== undefined) {
    return {
      written: [],
      failed: [{ id: only.id, category: refusal.category, message: refusal.hubspotMessage }],
    };
  }
  const middle = Math.ceil(updates.length / 2);
  const first = await writeIsolating(hubspot, updates.slice(0, middle));
  const second = await writeIsolating(hubspot, updates.slice(middle));
  return { written: [...first.written, ...second.written], failed: [...first.failed, ...second.failed] };
}

async function writeIsolating(hubspot: HubSpot, updates: readonly CompanyUpdate[]): Promise<BatchWrite> {
  try {
    return await hubspot.updateCompanies(updates);
  } catch (error) {
    if (!(error instanceof InvalidBatchError)) throw error;
    return writeInHalves(hubspot, updates, error);
  }
}
