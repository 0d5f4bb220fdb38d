/** `explain`: why a partner has the status that it has, or had on a day. */
import type { Command } from 'commander';
import { explain, shownLate, type Explanation } from '../insight/explain.ts';
import { standingAt, type Standing } from '../insight/standing.ts';
import { RekindleError } from '../model/errors.ts';
import { dayOf, type Day } from '../model/instant.ts';
import { statusNames, type Verdict } from '../model/verdict.ts';
import { lateActivities, type LateActivity } from '../store/activities.ts';
import type { Store } from '../store/connect.ts';
import { spellDrawnAs } from '../store/episodes.ts';
import { latestFacts } from '../store/facts.ts';
import { learnedAsOf } from '../store/learned.ts';
import { readKnownPartner } from '../store/partners.ts';
import { openProgrammeIssues } from '../store/programme-issues.ts';
import { readPortal } from '../store/portal.ts';
import { readSettings } from '../store/settings.ts';
import { readSourceStates } from '../store/sources.ts';
import { readTimelines } from '../store/timelines.ts';
import { verdictChanges } from '../store/verdicts.ts';
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
  const [known, portal] = [await readKnownPartner(db, companyId), await readPortal(db)];
  if (known === null || portal === null) throw new RekindleError(unknownCompany(companyId));
  const { partner, isPartner, leftAt } = known;
  const { timeZone } = portal;
  const until = at === null ? null : endOfDay(at, timeZone);
  const standing = await standingAt(db, { companyId, partnerId: partner.id, at: until });
  const { verdict, isOnRecord } = standing;
  if (verdict === null) {
    const wasJudged = isPartner || isOnRecord || (await verdictChanges(db, partner.id, 1)).length > 0;
    throw new RekindleError(
      wasJudged ? nothingToExplain(standing.judgedId, at, isOnRecord) : unknownCompany(companyId),
    );
  }
  const settings = await readSettings(db, verdict.settingsVersion);
  if (settings === null)
    throw new RekindleError(`Settings version ${verdict.settingsVersion} is not in the database.`);
  return explain({
    partner,
    companyId,
    former: isPartner ? null : { since: leftAt === null ? null : dayOf(leftAt, timeZone) },
    ...standing,
    verdict,
    spell: await spellDrawnAs(db, standing.keptAs, verdict.episode),
    timeline: (await readTimelines(db, [partner.id])).get(partner.id) ?? [],
    late: await lateFor(store, partner.id, verdict, standing),
    learned:
      verdict.cadence === null ? null : await learnedAsOf(db, verdict.cadence.model, verdict.assessedAt),
    judging: {
      settings,
      sources: await readSourceStates(db),
      timeZone,
      issues: await openProgrammeIssues(db, verdict.assessedAt),
      facts: (await latestFacts(db))?.facts ?? null,
    },
  });
}

/** Null where it was not noted when the verdict was made, or where the company's activities are those of another one now. */
async function lateFor(
  { db }: Store,
  partnerId: string,
  verdict: Verdict,
  { keptAs, savedAt }: Standing,
): Promise<readonly LateActivity[] | null> {
  if (savedAt === null || keptAs !== partnerId) return null;
  return await lateActivities(db, partnerId, {
    happenedUpTo: verdict.assessedAt,
    knownAfter: savedAt,
    limit: shownLate,
  });
}

function unknownCompany(companyId: string): string {
  return `Company ${companyId} is no partner that Rekindle knows: it does not meet the partner definition, or no sync has seen it yet. \`rekindle settings show\` prints the definition, \`rekindle sync\` reads HubSpot.`;
}

function nothingToExplain(partnerId: string, at: Day | null, isOnRecord: boolean): string {
  if (at === null) return `Partner ${partnerId} has not been judged yet; \`rekindle assess\` does so.`;
  return isOnRecord
    ? `Partner ${partnerId} had a verdict on ${at}, but from before whole verdicts were kept: only its status is known.`
    : `No verdict of partner ${partnerId} from ${at} or before is on record.`;
}

function explanationText(explained: Explanation): string {
  const { name, partnerId, status, since, judgedAt, settingsVersion } = explained;
  return [
    `${name ?? 'Company'} (${partnerId}): ${status} since ${since}${beforeText(explained)}.`,
    explained.sentence,
    ...(explained.holdOut === null ? [] : [explained.holdOut]),
    ...explained.notices,
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
    ...section(
      'What became known only after this verdict was made',
      (explained.late ?? []).map(
        ({ day, what, source, knownSince }) => `${day}  ${what}  (${source}, known since ${knownSince})`,
      ),
    ),
    ...section('What comes next', explained.next),
    ...section(`The definition (settings version ${settingsVersion}, judged at ${judgedAt})`, [
      explained.definition,
    ]),
    ...section('Judged again', [explained.again.sentence]),
    ...section(
      'Its history',
      explained.history.map(({ day, what }) => `${day}  ${what}`),
    ),
  ].join('\n');
}

/** Since when a status stood before the first verdict nobody knows, but for inactivity, which has a day of its own. */
function beforeText({ previously, status }: Explanation): string {
  if (previously !== null) return `, before that ${previously}`;
  return status === statusNames.inactive ? '' : ', when it was first judged';
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
