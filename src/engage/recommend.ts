/** Step 3: what to do for a partner, with its reasons, steps, message, questions and offer. Pure. */
import { calendarOf, toDay, type DayNumber } from '../model/calendar.ts';
import type { Day, Instant } from '../model/instant.ts';
import type { Partner } from '../model/partner.ts';
import { playNames, type Play } from '../model/play.ts';
import type { Path, Verdict } from '../model/verdict.ts';
import type { Voice } from '../model/voice.ts';
import { approaches, type Role } from './approaches.ts';
import { evidenceOf, lastActivityOf, segmentSentence } from './because.ts';
import { choosePlay, otherChoices, pathOf, type Choice } from './choose.ts';
import { draftFor, type Draft } from './draft.ts';
import { fill, fillLines, known, type Fields } from './fill.ts';
import { incentiveFor, type Incentive } from './incentive.ts';
import { playTexts } from './plays.ts';
import { questionsFor } from './questions.ts';

/** `owner`: who does it; null where the partner has no owner. */
type Step = { text: string; owner: string | null; due: Day };

/** One play for one partner, as a button can turn it into a task; the shape is a contract (web/contract.ts). */
export type Advice = {
  play: Play;
  title: string;
  because: string[];
  steps: Step[];
  taskSubject: string;
  taskBody: string;
  dueInDays: number;
};

export type Recommendation = Advice & {
  path: Path;
  /** What else could be done, best first. */
  others: Advice[];
  draft: Draft;
  questions: string[];
  incentive: Incentive | null;
};

export type Surroundings = {
  /** The portal's, for days. */
  readonly timeZone: string;
  /** The partner's owner; null when it has none. */
  readonly ownerName: string | null;
  readonly now: Instant;
  readonly voice: Voice;
  /** The company property that tells individual rates; null where the settings name none. */
  readonly individualRateProperty: string | null;
  /** What is usual for the partner, in a sentence; null where nothing was learned. */
  readonly rhythm: string | null;
};

/** Null where nothing is recommended; see choosePlay. */
export function recommend(
  partner: Partner,
  verdict: Verdict,
  surroundings: Surroundings,
): Recommendation | null {
  const { timeZone, now, voice, individualRateProperty } = surroundings;
  const play = choosePlay(verdict, timeZone);
  if (play === null) return null;
  const path = pathOf(verdict);
  const today = calendarOf(timeZone).dayNumberOf(now);
  const fields = fieldsOf(partner, verdict, surroundings);
  const questions = questionsFor(verdict);
  const scene: Scene = { verdict, fields, path, today };
  const advice = adviceOf({ play, reason: null }, scene);
  return {
    ...advice,
    because: [
      ...sentencesOf(verdict, fields),
      ...(surroundings.rhythm === null ? [] : [surroundings.rhythm]),
      playTexts[play].argument,
      segmentSentence(verdict.segment),
    ],
    steps: [...advice.steps, ...furtherSteps(scene, advice.dueInDays)].toSorted((a, b) =>
      a.due < b.due ? -1 : Number(a.due > b.due),
    ),
    taskBody: [advice.taskBody, `Questions to ask:\n${questions.map((one) => `- ${one}`).join('\n')}`].join(
      '\n\n',
    ),
    path,
    others: otherChoices(play, verdict).map((choice) => adviceOf(choice, scene)),
    draft: draftFor({ play, path }, verdict, fields, {
      voice,
      individualRate: partner.individualRate,
      individualRateProperty,
      today: toDay(today),
    }),
    questions,
    incentive: incentiveFor(play, verdict, voice, toDay(today)),
  };
}

type Scene = {
  readonly verdict: Verdict;
  readonly fields: Fields;
  readonly path: Path;
  readonly today: DayNumber;
};

function adviceOf({ play, reason }: Choice, { verdict, fields, path, today }: Scene): Advice {
  const text = playTexts[play];
  const approach = approaches[play][path];
  const first = reason ?? verdict.reasons[0];
  const ownFields = { ...fields, evidence: reason?.sentence ?? fields['evidence'] ?? null };
  return {
    play,
    title: playNames[play],
    because: [...(first === undefined ? [] : [first.sentence]), text.argument],
    steps: approach.steps.flatMap(({ text: line, by, inDays }): Step[] =>
      fillLines([line], fields).map((filled) => ({
        text: filled,
        owner: nameOf(by, fields),
        due: toDay(today + inDays),
      })),
    ),
    taskSubject: fill(text.subject, fields) ?? playNames[play],
    taskBody: fillLines(['For {owner}.', ...text.body], ownFields).join('\n\n'),
    dueInDays: approach.dueInDays,
  };
}

function nameOf(role: Role, fields: Fields): string | null {
  return role === 'team' ? 'Programme team' : (fields['owner'] ?? null);
}

/** What was seen, a sentence each; a partner that came back is not held its open reasons against. */
function sentencesOf({ reasons, status }: Verdict, fields: Fields): string[] {
  if (status === 'reactivated' || reasons.length === 0) return [fields['evidence'] ?? ''];
  return reasons.slice(0, 2).map(({ sentence }) => sentence);
}

function fieldsOf(
  partner: Partner,
  verdict: Verdict,
  { timeZone, ownerName }: Pick<Surroundings, 'timeZone' | 'ownerName'>,
): Fields {
  return {
    partner: known(partner.name) ?? known(partner.domain) ?? `company ${partner.id}`,
    owner: known(ownerName),
    evidence: evidenceOf(verdict, timeZone),
    last: lastActivityOf(verdict, timeZone),
    clears: verdict.reasons[0]?.counterfactual ?? null,
  };
}

/** What else is open, so that one contact can settle it all. */
function furtherSteps({ verdict, fields, today }: Scene, dueInDays: number): Step[] {
  const { reasons, status } = verdict;
  const open = status === 'reactivated' ? reasons : reasons.slice(1);
  return open.slice(0, 2).map(({ counterfactual }) => ({
    text: `While you are at it: ${counterfactual}`,
    owner: nameOf('owner', fields),
    due: toDay(today + dueInDays),
  }));
}
