/** The definition of "inactive" in plain sentences, and the verdict in one line. */
import { calendarOf, toDay } from '../model/calendar.ts';
import { holdOutDays } from '../model/hold-out.ts';
import { kindNames } from '../model/kind.ts';
import type { Partner } from '../model/partner.ts';
import { isExcluded, type Audience, type Rule, type Settings } from '../model/settings.ts';
import { statusNames, type Reason, type Verdict } from '../model/verdict.ts';
import { rulesFor } from './concern.ts';
import { condition, count, list, lowerFirst } from './words.ts';

type Severity = Rule['severity'];
const severities: readonly { readonly severity: Severity; readonly is: string }[] = [
  { severity: 'inactive', is: 'inactive' },
  { severity: 'at_risk', is: 'at risk' },
  { severity: 'cooling', is: 'cooling' },
];

/** Also an abbreviation that is read letter by letter: "an MSP", "a UK ...". */
function startsWithVowel(text: string): boolean {
  return /^[A-Z]{2}/.test(text) ? /^[AEFHILMNORSX]/.test(text) : /^[aeiou]/i.test(text);
}

/** Types such as "reseller", "agency" or "MSP" name who somebody is; "technology" does not. */
function nounOf(partnerType: string): string {
  const name = lowerFirst(partnerType);
  return /(?:er|or|ate|ncy|nt)s?$/i.test(name) || name === name.toUpperCase() ? name : `${name} partner`;
}

/** "A gold reseller", "An affiliate in EMEA", "A partner that joined on 2026-01-01 or later". */
function subjectOf({ partnerTypes, tiers, regions, joinedSince, joinedBefore }: Audience): string {
  const noun = partnerTypes.length === 0 ? 'partner' : list(partnerTypes.map(nounOf), 'or');
  const tiered = tiers.length === 0 ? noun : `${list(tiers.map(lowerFirst), 'or')} ${noun}`;
  const article = startsWithVowel(tiered) ? 'An' : 'A';
  const joined = [
    ...(joinedSince === null ? [] : [`on ${joinedSince} or later`]),
    ...(joinedBefore === null ? [] : [`before ${joinedBefore}`]),
  ];
  return [
    `${article} ${tiered}`,
    ...(regions.length === 0 ? [] : [`in ${list(regions, 'or')}`]),
    ...(joined.length === 0 ? [] : [`that joined ${list(joined, 'and')}`]),
  ].join(' ');
}

/** What makes a partner inactive, at risk and cooling under some rules: "inactive when ... and ...". */
function clausesOf(rules: readonly Rule[], combination: Settings['combination']): string[] {
  return severities.flatMap(({ severity, is }) => {
    const conditions = rules.filter((rule) => rule.severity === severity).map(condition);
    if (conditions.length === 0) return [];
    const together = severity === 'inactive' && combination === 'all';
    const partly = together && conditions.length > 1 ? ', and at risk as soon as one of these holds' : '';
    return [`${is} when ${list(conditions, together ? 'and' : 'or')}${partly}`];
  });
}

/** One rule alone, whatever others there are: "A gold reseller is inactive when no deal was registered for 180 days." */
export function describeRule(rule: Rule): string {
  return `${subjectOf(rule.audience)} is ${clausesOf([rule], 'any').join('')}.`;
}

/**
 * The whole definition, one sentence a line: what an administrator reads before saving it. Rules with the same audience
 * share a sentence; a partner in several audiences is judged by all of their rules.
 */
export function describeSettings(settings: Settings): string[] {
  const audiences = new Map<string, Rule[]>();
  for (const rule of settings.rules) {
    const subject = subjectOf(rule.audience);
    audiences.set(subject, [...(audiences.get(subject) ?? []), rule]);
  }
  return [
    ...[...audiences].flatMap(([subject, rules]) =>
      clausesOf(rules, settings.combination).map((clause) => `${subject} is ${clause}.`),
    ),
    ...describeOverlap(settings),
    ...describeTimes(settings),
    ...describeHoldOut(settings.holdOut),
    ...(settings.writeBack ? [] : ['Nothing is written to HubSpot: verdicts are seen on the card alone.']),
    ...(settings.excludedPartnerIds.length === 0
      ? []
      : [`${count(settings.excludedPartnerIds.length, 'partner')} will never be judged.`]),
  ];
}

/** By `all`, each of several sentences is only a part of what makes a partner inactive that all of them describe. */
function describeOverlap({ rules, combination }: Settings): string[] {
  const audiences = rules
    .filter(({ severity }) => severity === 'inactive')
    .map(({ audience }) => audience)
    .filter(
      (audience, index, all) => all.findIndex((one) => subjectOf(one) === subjectOf(audience)) === index,
    );
  const overlap = audiences.some((one, index) =>
    audiences.slice(index + 1).some((other) => mayShare(one, other)),
  );
  return combination === 'all' && overlap
    ? [
        'Whoever several of these describe is inactive only when all of that holds, and at risk as soon as a part of it does.',
      ]
    : [];
}

/** Whether a partner may belong to both. */
function mayShare(one: Audience, other: Audience): boolean {
  const namesMeet = (['partnerTypes', 'tiers', 'regions'] as const).every((key) => {
    const [names, others] = [one[key].map(nameKey), other[key].map(nameKey)];
    return names.length === 0 || others.length === 0 || names.some((name) => others.includes(name));
  });
  return namesMeet && daysMeet(one, other) && daysMeet(other, one);
}

function nameKey(name: string): string {
  return name.trim().toLowerCase();
}

function daysMeet({ joinedSince }: Audience, { joinedBefore }: Audience): boolean {
  return joinedSince === null || joinedBefore === null || joinedSince < joinedBefore;
}

function describeHoldOut({
  share,
  exemptHighPotential,
  exemptTiers,
  exemptPartnerIds,
}: Settings['holdOut']): string[] {
  if (share === 0) return [];
  const never = [
    ...(exemptHighPotential ? ['of high potential'] : []),
    ...(exemptTiers.length === 0 ? [] : [`of the tier ${list(exemptTiers, 'or')}`]),
    ...(exemptPartnerIds.length === 0 ? [] : [`on the list (${count(exemptPartnerIds.length, 'partner')})`]),
  ];
  const exempt = never.length === 0 ? '' : ` Never one that is ${list(never, 'or')}.`;
  return [
    `When a spell of inactivity opens, ${Math.round(share * 1000) / 10} in 100 partners are left alone for ${count(holdOutDays, 'day')}, to measure what re-engaging brings.${exempt}`,
  ];
}

function describeTimes({ graceDays, warningDays, momentumDays, falseAlarmShare }: Settings): string[] {
  return [
    graceDays === 0
      ? 'New partners are judged from their first day.'
      : `New partners are judged ${count(graceDays, 'day')} after joining; who has done nothing at all by then was never activated.`,
    warningDays === 0
      ? 'There is no early warning.'
      : `A partner is cooling when a rule is ${count(warningDays, 'day')} or less away from holding, at most half its window.`,
    `Where the account's history shows what is usual for each partner, it is also cooling when its silence breaks its own rhythm; about ${Math.round(falseAlarmShare * 1000) / 10} in 100 silences that end by themselves are warned of.`,
    `A reactivated partner is active again after ${count(momentumDays, 'day')} without a reason to worry.`,
  ];
}

/** The rules for one partner in one sentence, for the card's footer. The zone is the portal's. */
export function describeDefinition(settings: Settings, partner: Partner, timeZone: string): string {
  const rules = rulesFor(partner, settings, calendarOf(timeZone));
  if (isExcluded(partner, settings)) return 'This partner is excluded from judgement.';
  if (rules.length === 0)
    return 'No rule applies to this partner: check its type, tier, region and when it joined.';
  return `This partner is ${clausesOf(rules, settings.combination).join('; ')}.`;
}

/** The reason that speaks for the verdict; null when there is none. */
export function primaryReason(verdict: Verdict): Reason | null {
  return verdict.reasons[0] ?? null;
}

/** The verdict in one line for the card. Days are the portal's. */
export function verdictSentence(verdict: Verdict, timeZone: string): string {
  const parts = [statusSentence(verdict, timeZone)];
  if (verdict.remark !== undefined) parts.push(verdict.remark);
  if (verdict.stale)
    parts.push('The picture of this partner is not complete, so missing activity is not held against it.');
  return parts.join(' ');
}

function statusSentence(verdict: Verdict, timeZone: string): string {
  const name = statusNames[verdict.status];
  const reason = primaryReason(verdict);
  switch (verdict.status) {
    case 'active':
      return reason === null
        ? `${name}: ${lastActivityText(verdict, timeZone)}.`
        : `${name}. ${reason.sentence}`;
    case 'reactivated':
      return `${name}: ${lastActivityText(verdict, timeZone)}. ${reason === null ? 'Keep the momentum.' : `Still open: ${lowerFirst(reason.sentence)}`}`;
    case 'inactive':
      return `${name}${verdict.inactiveSince === null ? '' : ` since ${verdict.inactiveSince}`}. ${reason?.sentence ?? ''}`.trim();
    case 'never_activated':
      return `${name}: nothing the partner did is on record. ${reason?.sentence ?? ''}`.trim();
    case 'cooling':
    case 'at_risk':
      return reason === null ? `${name}.` : `${name}. ${reason.sentence}`;
    case 'excluded':
      return `${name}: this partner is exempt from judgement.`;
    case 'unknown':
      return verdict.unknowns[0] === undefined ? `${name}.` : `${name}. ${verdict.unknowns[0].sentence}`;
  }
}

function lastActivityText({ lastActivityAt, lastActivityKind }: Verdict, timeZone: string): string {
  if (lastActivityAt === null || lastActivityKind === null) return 'no activity yet';
  const day = toDay(calendarOf(timeZone).dayNumberOf(lastActivityAt));
  return `last seen on ${day} (${kindNames[lastActivityKind]})`;
}
