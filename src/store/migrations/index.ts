/**
 * Numbered, forward only, each in one transaction. A migration that was ever released is never edited; the program
 * before it must still run on the schema after it (add, do not rename), because machines are upgraded one by one.
 */
import type { Migration } from 'kysely/migration';
import { firstTables } from './0001_first_tables.ts';
import { incrementalSync } from './0002_incremental_sync.ts';
import { timelines } from './0003_timelines.ts';
import { evidence } from './0004_evidence.ts';
import { programme } from './0005_programme.ts';
import { cadence } from './0006_cadence.ts';
import { facts } from './0007_facts.ts';
import { verdictDocuments } from './0008_verdict_documents.ts';
import { actions } from './0009_actions.ts';
import { settingsAudit } from './0010_settings_audit.ts';
import { home } from './0011_home.ts';
import { individualRate } from './0012_individual_rate.ts';
import { dismissal } from './0013_dismissal.ts';
import { knownAt } from './0014_known_at.ts';
import { keptEvidence } from './0015_kept_evidence.ts';
import { refusals } from './0016_refusals.ts';
import { apiKeys } from './0017_api_keys.ts';
import { holdOuts } from './0018_hold_outs.ts';
import { companyMerges } from './0020_company_merges.ts';
import { endedRuns } from './0021_ended_runs.ts';
import { noChangesByRun } from './0022_no_changes_by_run.ts';
import { backTests } from './0025_back_tests.ts';
import { judgedAnew } from './0026_judged_anew.ts';
import { pastVerdicts } from './0027_past_verdicts.ts';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001_first_tables': firstTables,
  '0002_incremental_sync': incrementalSync,
  '0003_timelines': timelines,
  '0004_evidence': evidence,
  '0005_programme': programme,
  '0006_cadence': cadence,
  '0007_facts': facts,
  '0008_verdict_documents': verdictDocuments,
  '0009_actions': actions,
  '0010_settings_audit': settingsAudit,
  '0011_home': home,
  '0012_individual_rate': individualRate,
  '0013_dismissal': dismissal,
  '0014_known_at': knownAt,
  '0015_kept_evidence': keptEvidence,
  '0016_refusals': refusals,
  '0017_api_keys': apiKeys,
  '0018_hold_outs': holdOuts,
  '0020_company_merges': companyMerges,
  '0021_ended_runs': endedRuns,
  '0022_no_changes_by_run': noChangesByRun,
  '0025_back_tests': backTests,
  '0026_judged_anew': judgedAnew,
  '0027_past_verdicts': pastVerdicts,
  // Once more: a line of health falls with a reason from now on.
  '0028_judged_anew': judgedAnew,
};
