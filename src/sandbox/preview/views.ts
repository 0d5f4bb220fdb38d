/** What the preview's pages show: shapes shared by its server and its browser code. */
import type { Properties } from './account.ts';

export type Choice = { readonly value: string; readonly label: string };
export type ShownProperty = { readonly name: string; readonly label: string; readonly value: string | null };
export type PropertyGroup = {
  readonly name: string;
  readonly label: string;
  readonly properties: readonly ShownProperty[];
};

export type CompanyRow = {
  readonly id: string;
  readonly name: string | null;
  readonly domain: string | null;
  readonly owner: string | null;
  readonly status: Choice | null;
  readonly health: string | null;
  readonly primaryReason: string | null;
  readonly lastActivity: string | null;
  readonly recommendedAction: string | null;
};

export type CompanyList = {
  readonly total: number;
  readonly next: string | null;
  readonly rows: readonly CompanyRow[];
  /** Whether Rekindle's properties exist in the account; without them there is nothing to filter or sort by. */
  readonly provisioned: boolean;
  readonly statuses: readonly Choice[];
  readonly owners: readonly Choice[];
};

export type DealTile = {
  readonly id: string;
  readonly name: string;
  readonly amount: string | null;
  readonly closeDate: string | null;
  readonly stage: string | null;
};

export type CompanyPage = {
  readonly id: string;
  readonly name: string | null;
  readonly domain: string | null;
  readonly owner: string | null;
  /** Every property as stored, for extensions that ask for them. */
  readonly stored: Properties;
  readonly groups: readonly PropertyGroup[];
  readonly deals: readonly DealTile[];
};

export type ActivityItem = {
  readonly id: string;
  readonly type: 'call' | 'email' | 'meeting' | 'note' | 'task';
  readonly title: string;
  readonly detail: string | null;
  /** ISO instant; null when the record has none. */
  readonly at: string | null;
};

export type ActionField = {
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
  readonly type: 'string' | 'number' | 'bool' | 'enumeration' | 'date' | 'datetime';
  /** How HubSpot lets people fill it in, such as `textarea`; null for the usual way of its type. */
  readonly fieldType: string | null;
  readonly required: boolean;
  readonly options: readonly Choice[];
};

/** A workflow action as HubSpot's editor shows it. */
export type WorkflowAction = {
  readonly uid: string;
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly ActionField[];
  readonly outputs: readonly ActionField[];
};

export type ActionRequest = {
  readonly companyId: string;
  /** By name, as HubSpot would send them; empty fields are absent. */
  readonly inputFields: Readonly<Record<string, string | number>>;
  /** Of an earlier execution that HubSpot tries again; null for a new one. */
  readonly callbackId: string | null;
  readonly signature: 'v2' | 'v3';
};

export type ActionOutcome = {
  readonly callbackId: string;
  readonly tone: 'success' | 'warning' | 'danger';
  /** What HubSpot makes of the answer. */
  readonly sentence: string;
  readonly outputs: readonly { readonly label: string; readonly value: string }[];
  /** Both as they went over the wire. */
  readonly sent: string;
  readonly answered: string;
};
