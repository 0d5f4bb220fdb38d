/** What judging goes by besides the partners: gathered once, the same for everyone. */
import type { Context } from '../assess/assess.ts';
import type { Drawing } from '../engage/hold-out.ts';
import type { CadenceModels } from '../model/cadence.ts';
import type { ProgrammeFacts } from '../model/facts.ts';
import type { Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import type { ProgrammeIssue } from '../model/programme.ts';
import type { Settings, SettingsVersion } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { latestFacts } from '../store/facts.ts';
import { latestLearned } from '../store/learned.ts';
import { openProgrammeIssues } from '../store/programme-issues.ts';
import { readSourceStates } from '../store/sources.ts';
import { agedSources } from './freshness.ts';

export type JudgingOptions = {
  readonly store: Pick<Store, 'db'>;
  readonly portal: Portal;
  readonly settings: SettingsVersion;
  readonly now: Instant;
  /** What to judge rhythms by; what was learned last when absent. */
  readonly cadence?: CadenceModels | null;
  /** What to hold partners against; what was gathered last when absent. */
  readonly facts?: ProgrammeFacts | null;
  /** What broke for many at once; what is open when absent. */
  readonly issues?: readonly ProgrammeIssue[];
};

/** Everybody who judges for this portal draws alike. */
export function drawingOf(settings: Settings, { id, timeZone }: Portal): Drawing {
  return { rules: settings.holdOut, salt: id, timeZone };
}

export async function judgingContext({
  store,
  portal,
  settings,
  now,
  cadence,
  facts,
  issues,
}: JudgingOptions): Promise<Context> {
  return {
    settings,
    sources: agedSources(await readSourceStates(store.db), now),
    timeZone: portal.timeZone,
    now,
    cadence: cadence === undefined ? await latestLearned(store.db) : cadence,
    facts: facts === undefined ? ((await latestFacts(store.db))?.facts ?? null) : facts,
    issues: issues ?? (await openProgrammeIssues(store.db)),
  };
}
