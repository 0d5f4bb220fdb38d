/**
 * What the rest of the house may ask of HubSpot, in our words. `connectHubSpot` (connect.ts) implements it; sync reads
 * through it, publish alone writes through it.
 *
 * Every method rejects with a HubSpotError (errors.ts), or with the reason of the signal that stopped it. A rejected call
 * has changed nothing that it does not report.
 */
import type { Instant } from '../model/instant.ts';
import type { Company, LinkedRecord, LinkedType, RecordType } from '../model/record.ts';
import type { Owner, Portal } from '../model/partner.ts';
import type { RequestCounts } from '../model/run.ts';
import type { PartnerDefinition } from '../model/settings.ts';

export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };

/** `total` counts the partners from where this page begins; null where HubSpot does not count them. */
export type PartnerPage = Page<Company> & { readonly total: number | null };

/** `missing` are ids that HubSpot says do not exist (any more): deleted, or never there. */
export type BatchRead<T> = { readonly found: readonly T[]; readonly missing: readonly string[] };

/** What one search of records by their ids told: of the ids `asked`, those that HubSpot's index did not show. */
export type SearchRead<T> = BatchRead<T> & { readonly asked: readonly string[] };

/** Instants of HubSpot's clock, both included. */
export type Window = { readonly from: Instant; readonly to: Instant };

/** `total` counts the rows from where this page begins to the end of the window. */
export type ChangedPage = Page<LinkedRecord> & { readonly total: number };

export type ListedRecord = {
  readonly record: LinkedRecord;
  readonly companyIds: readonly string[];
  /** It hangs on more companies than these. */
  readonly more: boolean;
};

export type AssociationInput = { readonly id: string; readonly after: string | null };
export type AssociationRead = {
  readonly links: readonly { readonly from: string; readonly to: readonly string[] }[];
  /** Ids with further pages; ask again with these. */
  readonly next: readonly AssociationInput[];
};

type PropertyValues = Readonly<Record<string, string>>;
export type CompanyUpdate = { readonly id: string; readonly properties: PropertyValues };
export type FailedUpdate = { readonly id: string; readonly category: string; readonly message: string };
/** `updatedAt` is the version that the write made: what HubSpot's index still shows of older ones is outdated. */
export type WrittenCompany = { readonly id: string; readonly updatedAt: Instant };
export type BatchWrite = {
  readonly written: readonly WrittenCompany[];
  readonly failed: readonly FailedUpdate[];
};

export type PropertyDefinition = {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly groupName: string;
  readonly type: 'enumeration' | 'string' | 'number' | 'date' | 'datetime' | 'bool';
  readonly fieldType: 'select' | 'checkbox' | 'text' | 'textarea' | 'number' | 'date' | 'booleancheckbox';
  readonly options: readonly PropertyOption[];
};

export type PropertyOption = {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  /** Shown to nobody, kept for old values. HubSpot takes whole lists, so what it has must come back with ours. */
  readonly hidden?: boolean;
  readonly description?: string;
};

/** A property as HubSpot has it: customers' own may have types and fields that ours never have. */
export type ExistingProperty = Omit<PropertyDefinition, 'type' | 'fieldType'> & {
  readonly type: string;
  readonly fieldType: string;
  readonly hubspotDefined: boolean;
  readonly archived: boolean;
  readonly readOnlyValue: boolean;
};

export type DailyUsage = { readonly used: number; readonly limit: number; readonly resetsAt: number | null };

/** A person who may sign in to the account. */
export type PortalUser = { readonly id: string; readonly email: string | null; readonly superAdmin: boolean };

export type NewTask = {
  readonly companyId: string;
  readonly subject: string;
  readonly body: string;
  readonly dueAt: number;
  readonly ownerId: string | null;
  readonly priority: 'LOW' | 'MEDIUM' | 'HIGH';
};

export type HubSpot = {
  readPortal(): Promise<Portal>;
  readDailyUsage(): Promise<DailyUsage>;
  /** People and queues; `all` includes the archived ones, which are a second list. */
  readOwners(which: 'all' | 'active'): Promise<readonly Owner[]>;
  /** Null for a user that the account does not have (any more). */
  readUser(userId: string): Promise<PortalUser | null>;
  readDealPipelines(): Promise<readonly { readonly id: string; readonly label: string }[]>;

  /**
   * One page of partner companies (200 by search, 100 by list), ordered by record id so that a page boundary never
   * moves; `after` is the `next` of the page before. Crosses the 10,000-row cap of search by itself.
   */
  findPartners(
    definition: PartnerDefinition,
    properties: readonly string[],
    after: string | null,
  ): Promise<PartnerPage>;

  /**
   * Like findPartners, but only those that carry no status of ours, or that were modified since an instant.
   */
  findNewPartners(
    definition: PartnerDefinition & { by: 'property' },
    properties: readonly string[],
    newer: 'unpublished' | { readonly since: Instant },
    after: string | null,
  ): Promise<Page<Company>>;
  /** As HubSpot's search index has it; null for a definition by a list, which says no count. */
  countPartners(definition: PartnerDefinition): Promise<number | null>;
  /** How many companies are on a list; null where HubSpot does not count them. Two small requests, however long it is. */
  countListMembers(listId: string): Promise<number | null>;
  /** All living records of a type, as HubSpot's search index has it. */
  countRecords(type: RecordType): Promise<number>;

  /** At most 100 ids, without repeats. A merged id answers with the survivor. */
  readCompanies(ids: readonly string[], properties: readonly string[]): Promise<BatchRead<Company>>;
  /** At most 100 ids, without repeats. */
  readRecords(type: LinkedType, ids: readonly string[]): Promise<BatchRead<LinkedRecord>>;
  /** As many of the ids as fit into one search, from the first on. */
  readBySearch(type: LinkedType, ids: readonly string[]): Promise<SearchRead<LinkedRecord>>;
  /** A page of what was modified within the window; `after` is the `next` of the page before. Search lags behind. */
  findChanged(type: LinkedType, window: Window, after: string | null): Promise<ChangedPage>;
  /** A page of all living records of a type with the companies that they hang on. */
  listRecords(type: LinkedType, after: string | null): Promise<Page<ListedRecord>>;

  /** At most 1,000 companies; their links to records of one type. */
  readAssociations(to: LinkedType, inputs: readonly AssociationInput[]): Promise<AssociationRead>;
  /** At most 1,000 records of one type; their links to companies. */
  readLinkedCompanies(from: LinkedType, inputs: readonly AssociationInput[]): Promise<AssociationRead>;

  readCompanyProperties(): Promise<readonly ExistingProperty[]>;
  readCompanyPropertyGroups(): Promise<readonly { readonly name: string; readonly label: string }[]>;
  createCompanyPropertyGroup(group: { name: string; label: string }): Promise<void>;
  /** At most 100 definitions. */
  createCompanyProperties(definitions: readonly PropertyDefinition[]): Promise<void>;
  updateCompanyPropertyOptions(name: string, options: readonly PropertyOption[]): Promise<void>;
  /** At most 100 names. Their values go with them; HubSpot keeps an archived property for 90 days. */
  archiveCompanyProperties(names: readonly string[]): Promise<void>;

  /** At most 100 updates. A 207 is reported per record; a 400 for the whole batch rejects with `InvalidBatchError`. */
  updateCompanies(updates: readonly CompanyUpdate[]): Promise<BatchWrite>;
  createTask(task: NewTask): Promise<{ readonly id: string }>;
  createNote(note: {
    companyId: string;
    body: string;
    at: number;
    ownerId: string | null;
  }): Promise<{ readonly id: string }>;

  /** Requests sent since the connection was made, and how many were answered with 429. */
  counts(): { readonly requests: RequestCounts; readonly rateLimited: number };
  /** The second in which HubSpot answered last, by its own clock; null before the first answer. */
  answeredAt(): Instant | null;
  close(): Promise<void>;
};

export type HubSpotConnection = HubSpot & {
  /** The same connection for what a person or a workflow waits for: those requests go before the others. */
  readonly waitedFor: HubSpot;
};
