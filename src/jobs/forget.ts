/** What is kept for a while only; each table says how long. Once a day is often enough: whole runs forget it. */
import type { Instant } from '../model/instant.ts';
import { forgetReceived } from '../store/received.ts';
import { forgetRefreshes } from '../store/refreshes.ts';
import type { Db } from '../store/tables.ts';
import { forgetRefusals } from '../store/workflow-refusals.ts';

export async function forgetWhatIsOver(db: Db, now: Instant): Promise<void> {
  await forgetRefreshes(db, now);
  await forgetReceived(db, now);
  await forgetRefusals(db, now);
}
