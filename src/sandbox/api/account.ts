/** What every API handler may use. */
import type { FaultBook } from '../faults.ts';
import type { RateLimits } from '../limits.ts';
import type { Portal } from '../portal/portal.ts';
import type { SearchIndex } from '../portal/search-index.ts';
import type { StaticLists } from '../portal/static-lists.ts';

export type Account = {
  readonly portal: Portal;
  readonly index: SearchIndex;
  readonly lists: StaticLists;
  readonly limits: RateLimits;
  readonly faults: FaultBook;
  /** Associations per from-id and page of a batch read; 500 is community lore (hubspot-api.md 5). */
  readonly associationPageSize: number;
};
