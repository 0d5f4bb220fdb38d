/** `explain`: why a partner has the status that it has, or had on a day. */
import type { Command } from 'commander';
import { explain, type Explanation } from '../insight/explain.ts';
import { RekindleError } from '../model/errors.ts';
import type { Day } from '../model/instant.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Store } from '../store/connect.ts';
import { latestFacts } from '../store/facts.ts';
import { readLearned } from '../store/learned.ts';
import { readPartner } from '../store/partners.ts';
import { openProgrammeIssues } from '../store/programme-issues.ts';
import { readPortal } from '../store/portal.ts';
import { readSettings } from '../store/settings.ts';
import { readSourceStates } from '../store/sources.ts';
import { readTimelines } from '../store/timelines.ts';
import { readVerdict, verdictChanges } from '../store/verdicts.ts';
import { calendarDay, endOfDay } from './options.ts';
import { print, printJson } from './output.ts';
import { withStore } from './session.ts';

type Options = { at?: Day; json?: true };

export function addExplain(program: Command): void {
  program
    .command('explain <companyId>')
    .description(
      'why a partner has its status, or had it on a day: evidence, definition, what would change it',
    )
    .option('--at <date>', 'the verdict that stood at the end of this day', calendarDay)
    .option('--json', 'print as JSON')
    .action(async (companyId: string, options: Options) => {
      const explanation = await withStore(({ store }) =>
        explainCompany(store, companyId, options.at ?? null),
      );
      if (options.json) printJson(explanation);
      else print(explanationText(explanation));
    });
}

/** @throws RekindleError where there is nothing to explain, with what to do */
async function explainCompany(store: Store, companyId: string, at: Day | null): Promise<Explanation> {
  const { db } = store;
  const partner = await readPartner(db, companyId);
  const portal = await readPortal(db);
  if (partner === null || portal === null) {
    throw new RekindleError(
      `Company ${companyId} is no partner that Rekindle knows: it does not meet the partner definition, or no sync has seen it yet. \`rekindle settings show\` prints the definition, \`rekindle sync\` reads HubSpot.`,
    );
  }
  const { verdict, before, isBeforeKept, isOnRecord } = await verdictAt(
    store,
    partner.id,
    at === null ? null : endOfDay(at, portal.timeZone),
  );
  if (verdict === null) throw new RekindleError(nothingToExplain(partner.id, at, isOnRecord));
  const settings = await readSettings(db, verdict.settingsVersion);
  if (settings === null)
    throw new RekindleError(`Settings version ${verdict.settingsVersion} is not in the database.`);
  return explain({
    partner,
    verdict,
    before,
    isBeforeKept,
    timeline: (await readTimelines(db, [partner.id])).get(partner.id) ?? [],
    learned: verdict.cadence === null ? null : await readLearned(db, verdict.cadence.model),
    judging: {
      settings,
      sources: await readSourceStates(db),
      timeZone: portal.timeZone,
      issues: await openProgrammeIssues(db, verdict.assessedAt),
      facts: (await latestFacts(db))?.facts ?? null,
    },
  });
}

function nothingToExplain(partnerId: string, at: Day | null, isOnRecord: boolean): string {
  if (at === null) return `Partner ${partnerId} has not been judged yet; \`rekindle assess\` does so.`;
  return isOnRecord
    ? `Partner ${partnerId} had a verdict on ${at}, but from before whole verdicts were kept: only its status is known.`
    : `No verdict of partner ${partnerId} from ${at} or before is on record.`;
}

/** More changes than a partner sees in a lifetime. */
const allChanges = 1000;

async function verdictAt(
  store: Store,
  partnerId: string,
  at: number | null,
): Promise<{ verdict: Verdict | null; before: Verdict | null; isBeforeKept: boolean; isOnRecord: boolean }> {
  const changes = await verdictChanges(store.db, partnerId, allChanges);
  const present = await readVerdict(store.db, partnerId);
  const stillStood = present !== null && (at === null || present.assessedAt <= at);
  const index = stillStood
    ? changes.findIndex(({ changedAt }) => changedAt < present.assessedAt)
    : changes.findIndex(({ changedAt }) => at === null || changedAt <= at) + 1;
  const standing = stillStood ? present : (changes[index - 1]?.evidence ?? null);
  const earlier = changes[index];
  return {
    verdict: index === 0 && !stillStood ? null : standing,
    before: earlier?.evidence ?? null,
    isBeforeKept: index < 0 || earlier === undefined || earlier.evidence !== null,
    isOnRecord: stillStood || index > 0,
  };
}

function explanationText(explained: Explanation): string {
  const { name, partnerId, status, since, previously, judgedAt, settingsVersion } = explained;
  return [
    `${name ?? 'Company'} (${partnerId}): ${status} since ${since}${previously === null ? '' : `, before that ${previously}`}.`,
    explained.sentence,
    ...section(
      'Why',
      explained.reasons.map(
        (reason) => `${reason.sentence} (${reason.code}, ${reason.severity}; ${reason.sources.join(', ')})`,
      ),
    ),
    ...section('What could not be judged', explained.unknowns),
    ...section(
      `Health ${explained.health ?? 'unknown'}`,
      explained.contributions.map(({ label, points }) => `${String(points).padStart(3)}  ${label}`),
    ),
    ...section('Own rhythm', explained.rhythm),
    ...section('Segment', explained.segment === null ? [] : [explained.segment]),
    ...section(
      'What the partner did last',
      explained.activities.map(({ day, what, source }) => `${day}  ${what}  (${source})`),
    ),
    ...section('What comes next', explained.next),
    ...section(`The definition (settings version ${settingsVersion}, judged at ${judgedAt})`, [
      explained.definition,
    ]),
    ...section('Judged again', [explained.again.sentence]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
