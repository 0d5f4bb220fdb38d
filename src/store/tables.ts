/** The tables as kysely sees them: what a column gives when read, and what may be written to it. */
import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { BackTest, CadenceReading, Learned, Stream } from '../model/cadence.ts';
import type { ProgrammeFacts } from '../model/facts.ts';
import type { Lot } from '../model/hold-out.ts';
import type { Kind } from '../model/kind.ts';
import type { ActionName, Actor, Evidence } from '../model/partner-action.ts';
import type { IssueEnd, ProgrammeIssue, ProgrammeWatch } from '../model/programme.ts';
import type { EngagementType, LinkedType, RecordType } from '../model/record.ts';
import type { RunOutcome, RunSummary, SyncMode } from '../model/run.ts';
import type { Contribution, Reason, Segment, Status, UnknownBehaviour } from '../model/verdict.ts';

/** Either the pool or a transaction: every statement works in both. */
export type Db = Kysely<Tables> | Transaction<Tables>;

/** Read as Date (pg-boss, which may share the driver, expects no other); the table files turn it into an Instant. */
type Timestamp = ColumnType<Date, string, string>;
type NullableTimestamp = ColumnType<Date | null, string | null, string | null>;
type Json<T> = ColumnType<T, string, string>;

export type Tables = {
  portal: { id: string; time_zone: string; currency: string; singleton: Generated<boolean> };
  settings_version: {
    version: number;
    settings: Json<unknown>;
    note: string;
    author: string;
    created_at: Timestamp;
  };
  settings_audit: {
    id: Generated<number>;
    at: Timestamp;
    action: 'saved' | 'restored' | 'approved' | 'properties_removed' | 'key_created' | 'key_revoked';
    author: string;
    user_id: string | null;
    from_version: number | null;
    to_version: number | null;
    note: string;
  };
  partner: {
    id: string;
    name: string | null;
    domain: string | null;
    owner_id: string | null;
    partner_type: string | null;
    tier: string | null;
    region: string | null;
    external_id: string | null;
    individual_rate: string | null;
    joined_at: NullableTimestamp;
    snoozed_until: string | null;
    is_partner: boolean;
    merged_ids: string[];
    hubspot_updated_at: Timestamp;
    published: Json<Record<string, string | null>>;
    /** Why a person keeps it out of judgement; no sync writes it. */
    excluded_because: Generated<string | null>;
    seen_in_sync: string;
    /** Since when it has been no partner any more; null for partners. */
    left_at: ColumnType<Date | null, string | null | undefined, string | null>;
    /** Grows when what is judged of the partner itself changes; a trigger then puts it on the list `touched`. */
    revision: number;
  };
  touched: { partner_id: string; number: Generated<number>; timeline_stale: Generated<boolean> };
  timeline_label: { code: Generated<number>; source: string; kind: Kind; currency: string | null };
  timeline: { partner_id: string; entries: Buffer; amounts: string | null };
  owner: { id: string; name: string; email: string | null; archived: boolean };
  deal: {
    id: string;
    name: string | null;
    pipeline_id: string | null;
    stage_id: string | null;
    amount: string | null;
    currency: string | null;
    created_at: Timestamp;
    closed_at: NullableTimestamp;
    won: boolean;
    closed: boolean;
    owner_id: string | null;
    updated_at: Timestamp;
    changed_in_sync: string;
  };
  engagement: {
    type: EngagementType;
    id: string;
    occurred_at: NullableTimestamp;
    direction: 'inbound' | 'outbound' | null;
    outcome: 'done' | 'scheduled' | 'rescheduled' | 'cancelled' | 'no_show' | 'failed' | null;
    owner_id: string | null;
    updated_at: Timestamp;
    changed_in_sync: string;
  };
  link: {
    partner_id: string;
    type: LinkedType;
    record_id: string;
    seen_in_sync: string;
    /** The sync that found the link and has yet to read its record; empty once it was read. */
    first_seen_in_sync: Generated<string>;
  };
  activity: {
    source: string;
    source_id: string;
    kind: Kind;
    partner_id: string;
    occurred_at: Timestamp;
    quantity: number;
    amount: string | null;
    currency: string | null;
    /** When the row became what it is. */
    known_at: ColumnType<Date | null, undefined, string>;
  };
  source_state: {
    source: string;
    complete: boolean;
    complete_up_to: NullableTimestamp;
    kinds: Kind[];
    sync_id: string;
    records: ColumnType<number | null, number | null | undefined, number | null>;
  };
  /** Rows that were sent and could not be used; an empty id for those that nobody would recognise. */
  missing_row: { source: string; source_id: string; since: Timestamp };
  received_batch: { source: string; request_key: string; fingerprint: string; received_at: Timestamp };
  api_key: {
    id: string;
    secret_hash: Buffer;
    source: string;
    name: string;
    created_at: Timestamp;
    author: string;
    revoked_at: ColumnType<Date | null, string | null | undefined, string | null>;
    last_used_on: ColumnType<string | null, string | null | undefined, string | null>;
  };
  watermark: { type: RecordType; up_to: Timestamp };
  sync: {
    id: string;
    settings_version: number;
    started_at: Timestamp;
    finished_at: NullableTimestamp;
    mode: Generated<SyncMode>;
    differences: Generated<number | null>;
  };
  sync_progress: {
    sync_id: string;
    step: string;
    cursor: string | null;
    done: boolean;
    counts: Json<Record<string, number>>;
  };
  run: {
    id: string;
    kind: string;
    trigger: string;
    started_at: Timestamp;
    finished_at: ColumnType<Date | null, string | null | undefined, string | null>;
    as_of: Timestamp;
    settings_version: number;
    fence: number;
    outcome: Generated<RunOutcome | null>;
    steps: ColumnType<Record<string, Record<string, number>>, string | undefined, string>;
    summary: ColumnType<RunSummary | null, string | null | undefined, string | null>;
    error: Generated<string | null>;
    next_action: Generated<string | null>;
    brake_moves: Generated<number | null>;
    resume_at: ColumnType<Date | null, string | null | undefined, string | null>;
  };
  request_day: { day: string; requests: number };
  hint: {
    type: RecordType;
    record_id: string;
    revision: Generated<number>;
    first_received_at: Timestamp;
  };
  lease: { name: string; holder: string; token: number; expires_at: Timestamp };
  verdict: {
    partner_id: string;
    status: Status;
    previous_status: Status | null;
    status_changed_at: Timestamp;
    health: number | null;
    contributions: Json<Contribution[]>;
    reasons: Json<Reason[]>;
    unknowns: Json<UnknownBehaviour[]>;
    remark: string | null;
    last_activity_at: NullableTimestamp;
    last_activity_kind: Kind | null;
    cadence: ColumnType<CadenceReading | null, string | null, string | null>;
    segment: ColumnType<Segment | null, string | null, string | null>;
    inactive_since: string | null;
    expected_inactive_day: string | null;
    episode: number;
    stale: boolean;
    next_change_at: NullableTimestamp;
    settings_version: number;
    assessed_at: Timestamp;
    run_id: string;
    /** The change whose evidence this row still is. */
    change_id: number | null;
    saved_at: ColumnType<Date | null, undefined, string>;
  };
  learned: {
    version: Generated<number>;
    learned_at: Timestamp;
    /** When the history was last looked at, whether it taught anything or not. */
    checked_at: Timestamp;
    streams: Json<Learned['streams']>;
  };
  /** How what was learned did when it was tested again, later. */
  back_test: {
    id: Generated<number>;
    learned_version: number;
    tested_at: Timestamp;
    streams: Json<Readonly<Record<Stream, BackTest | null>>>;
  };
  programme_issue: {
    id: Generated<number>;
    cause: ProgrammeIssue['cause'];
    streams: Json<ProgrammeIssue['streams']>;
    partner_type: string | null;
    region: string | null;
    /** Whether it is about partners of `programme_issue_partner` instead of a whole group. */
    names_partners: boolean;
    since: string;
    partners: number;
    expected: number;
    observed: number;
    sentence: string;
    opened_at: Timestamp;
    closed_at: ColumnType<Date | null, string | null | undefined, string | null>;
    closed_because: ColumnType<IssueEnd['because'] | null, undefined, IssueEnd['because']>;
    dismissed_by: ColumnType<string | null, undefined, string | null>;
    dismissal_reason: ColumnType<string | null, undefined, string | null>;
  };
  programme_watch: {
    singleton: Generated<boolean>;
    scanned_at: Timestamp;
    groups: Json<ProgrammeWatch['groups']>;
  };
  programme_facts: {
    version: Generated<number>;
    settings_version: number;
    facts: Json<ProgrammeFacts>;
    learned_at: Timestamp;
    checked_at: Timestamp;
  };
  verdict_change: {
    id: Generated<number>;
    partner_id: string;
    run_id: string;
    changed_at: Timestamp;
    from_status: Status | null;
    to_status: Status;
    from_reason: string | null;
    to_reason: string | null;
    settings_version: number;
  };
  /** The evidence of a change once its row of `verdict` no longer stands: that row, as it was written then. */
  past_verdict: Omit<Tables['verdict'], 'change_id'> & { change_id: number };
  /** Companies that were merged since we knew them (merges.ts). */
  company_merge: { merged_id: string; survivor_id: string; merged_at: Timestamp; inherited: boolean };
  approved_preview: { settings: Json<unknown>; moves: number; author: string; approved_at: Timestamp };
  episode: {
    partner_id: string;
    number: number;
    opened_at: Timestamp;
    closed_at: NullableTimestamp;
    /** What was drawn when the spell opened, and as what it opened; null where nothing was measured then. */
    lot: ColumnType<Lot | null, Lot | null | undefined, never>;
    share: ColumnType<number | null, number | null | undefined, never>;
    opened_as: ColumnType<Status | null, Status | null | undefined, never>;
    opened_because: ColumnType<string | null, string | null | undefined, never>;
    held_until: ColumnType<string | null, string | null | undefined, never>;
    released_at: ColumnType<Date | null, undefined, string>;
  };
  publish_failure: { run_id: string; partner_id: string; category: string; message: string };
  action: {
    partner_id: string;
    episode: number;
    play: string;
    state: 'claimed' | 'done' | 'failed';
    task_id: string | null;
    user_id: string | null;
    claimed_at: Timestamp;
    error: string | null;
  };
  action_request: {
    key: string;
    partner_id: string;
    fingerprint: string;
    plan: Json<unknown>;
    begun_at: Timestamp;
    note_claimed_at: ColumnType<Date | null, string | null | undefined, string | null>;
    note_id: Generated<string | null>;
    outcome: ColumnType<{ state: 'done' | 'unchanged'; sentence: string } | null, string | undefined, string>;
  };
  workflow_refusal: { key: string; partner_id: string; asked_at: Timestamp; sentence: string | null };
  action_audit: {
    id: Generated<number>;
    partner_id: string;
    at: Timestamp;
    action: ActionName;
    about: string;
    details: Json<Record<string, unknown>>;
    came_from: Actor['from'];
    user_id: string | null;
    user_email: string | null;
    workflow_id: string | null;
    evidence: ColumnType<Evidence | null, string | null, never>;
    sentence: string;
  };
};
