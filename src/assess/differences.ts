/** What differs between two definitions, in sentences: for whoever compares versions or is about to save one. */
import { kindNames, type Kind } from '../model/kind.ts';
import type { PartnerDefinition, Rule, Settings } from '../model/settings.ts';
import { describeRule } from './sentences.ts';
import { count, list } from './words.ts';

type Mapping = Settings['mapping'];
type DealMapping = Mapping['deals'][number];

/** One sentence for each thing that differs; none for equal settings. */
export function describeDifferences(from: Settings, to: Settings): string[] {
  const keys = [...new Set([...Object.keys(to), ...Object.keys(from)])] as (keyof Settings)[];
  return keys.flatMap((key) => (isSame(from[key], to[key]) ? [] : differencesOf(key, from, to)));
}

function differencesOf(key: keyof Settings, from: Settings, to: Settings): string[] {
  switch (key) {
    case 'preset':
      return [`The settings are called “${to.preset}” instead of “${from.preset}”; that is a name only.`];
    case 'partnerDefinition':
      return [`Partners are ${definitionText(to[key])} instead of ${definitionText(from[key])}.`];
    case 'mapping':
      return mappingDifferences(from.mapping, to.mapping);
    case 'rules':
      return ruleDifferences(from.rules, to.rules);
    case 'combination':
      return [`A partner is inactive when ${combinationText(to)} instead of ${combinationText(from)}.`];
    case 'excludedPartnerIds':
      return exclusionDifferences(from.excludedPartnerIds, to.excludedPartnerIds);
    case 'holdOut':
      return holdOutDifferences(from.holdOut, to.holdOut);
    default: {
      const values = numbers[key];
      // What a newer program knows is still told, if only by its name.
      if (values === undefined) return [`“${key}” differs.`];
      const [name, text] = values;
      return [`${name}: ${text(to)} instead of ${text(from)}.`];
    }
  }
}

type Line = readonly [name: string, text: (settings: Settings) => string];

const numbers: Partial<Record<keyof Settings, Line>> = {
  graceDays: ['Days after joining in which absence means nothing', ({ graceDays }) => String(graceDays)],
  momentumDays: [
    'Days until a reactivated partner is active again',
    ({ momentumDays }) => String(momentumDays),
  ],
  warningDays: ['Days of warning before a rule holds', ({ warningDays }) => String(warningDays)],
  falseAlarmShare: ['False-alarm budget', ({ falseAlarmShare }) => percent(falseAlarmShare)],
  capacityPerOwner: [
    'Partners that one owner can take care of in a week',
    ({ capacityPerOwner }) => String(capacityPerOwner),
  ],
  writeBack: ['Runs write to HubSpot', ({ writeBack }) => (writeBack ? 'yes' : 'no')],
  brake: [
    'The brake asks a person',
    ({ brake }) => `from more than ${percent(brake.share)} and ${count(brake.minimum, 'status change')} on`,
  ],
  schedule: ['The nightly run is due', ({ schedule }) => `at ${schedule.timeUtc} UTC`],
  quota: [
    'Requests that Rekindle takes of HubSpot’s limits',
    ({ quota }) =>
      `${percent(quota.dailyShare)} of a day’s and ${
        quota.burstShare === null ? 'what others leave' : percent(quota.burstShare)
      } of ten seconds’`,
  ],
};

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

function combinationText({ combination }: Settings): string {
  return combination === 'all' ? 'all of its inactive rules hold' : 'any one of its inactive rules holds';
}

function definitionText(definition: PartnerDefinition): string {
  return definition.by === 'list'
    ? `the companies on list ${definition.listId}`
    : `the companies whose “${definition.property}” is ${list(definition.values, 'or')}`;
}

const mappedProperties: readonly (readonly [keyof Mapping & `${string}Property`, string])[] = [
  ['partnerTypeProperty', 'The partner type'],
  ['tierProperty', 'The tier'],
  ['regionProperty', 'The region'],
  ['externalIdProperty', 'The id in other systems'],
  ['joinedAtProperty', 'When a partner joined'],
];

function named(property: string | null): string {
  return property === null ? 'nothing' : `“${property}”`;
}

function mappingDifferences(from: Mapping, to: Mapping): string[] {
  const dates = (mapping: Mapping): string[] =>
    mapping.activityDates.map(({ property, kind }) => `“${property}” as ${kindNames[kind]}`);
  return [
    ...mappedProperties.flatMap(([key, name]) =>
      from[key] === to[key] ? [] : [`${name} is read from ${named(to[key])} instead of ${named(from[key])}.`],
    ),
    ...(isSame(from.deals, to.deals)
      ? []
      : [`Deals: ${dealsText(to.deals)}; instead of: ${dealsText(from.deals)}.`]),
    ...addedAndRemoved(dates(from), dates(to), 'Dates are read from', 'Dates are read no longer from'),
  ];
}

function dealsText(deals: readonly DealMapping[]): string {
  if (deals.length === 0) return 'none is an activity';
  return deals
    .map(({ pipelines, created, won }) => {
      const where = pipelines === null ? 'any other pipeline' : `pipeline ${list(pipelines, 'or')}`;
      return `in ${where} creating one is ${kindText(created)} and winning one ${kindText(won)}`;
    })
    .join(', ');
}

function kindText(kind: Kind | null): string {
  return kind === null ? 'nothing' : `“${kindNames[kind]}”`;
}

function ruleDifferences(from: readonly Rule[], to: readonly Rule[]): string[] {
  const before = new Map(from.map((rule) => [rule.id, rule]));
  const after = new Map(to.map((rule) => [rule.id, rule]));
  const told = [
    ...to.flatMap((rule) => {
      const old = before.get(rule.id);
      if (old === undefined) return [`New: ${describeRule(rule)}`];
      return isSame(old, rule) ? [] : [changedRule(old, rule)];
    }),
    ...from.filter(({ id }) => !after.has(id)).map((rule) => `No longer: ${describeRule(rule)}`),
  ];
  return told.length === 0 ? ['The rules stand in another order or occur more than once.'] : told;
}

function changedRule(old: Rule, rule: Rule): string {
  const [was, is] = [describeRule(old), describeRule(rule)];
  return was === is ? `${is} In detail: ${detailsOf(old, rule)}.` : `${is} Instead of: ${was}`;
}

/** What a rule's sentence does not say. */
function detailsOf(old: Rule, rule: Rule): string {
  const before = new Map<string, unknown>(Object.entries(old));
  return Object.entries(rule)
    .filter(([name, value]) => !isSame(before.get(name), value))
    .map(
      ([name, value]) =>
        `${name} ${JSON.stringify(value)} instead of ${JSON.stringify(before.get(name) ?? null)}`,
    )
    .join(', ');
}

function exclusionDifferences(from: readonly string[], to: readonly string[]): string[] {
  return addedAndRemoved(from, to, 'Never judged any more:', 'Judged again:');
}

type HoldOut = Settings['holdOut'];

/** Spells that are open go on as they were drawn, and whoever saves should know. */
function holdOutDifferences(from: HoldOut, to: HoldOut): string[] {
  const never = ({ exemptHighPotential }: HoldOut): string =>
    exemptHighPotential ? 'never left alone' : 'left alone like others';
  return [
    ...(from.share === to.share
      ? []
      : [
          `Left alone, to measure what re-engaging brings: ${percent(to.share)} instead of ${percent(from.share)} of the spells that open from now on.`,
        ]),
    ...(from.exemptHighPotential === to.exemptHighPotential
      ? []
      : [`Partners of high potential are ${never(to)} instead of ${never(from)}.`]),
    ...addedAndRemoved(
      from.exemptTiers,
      to.exemptTiers,
      'Never left alone, by tier:',
      'Left alone like others, by tier:',
    ),
    ...addedAndRemoved(
      from.exemptPartnerIds,
      to.exemptPartnerIds,
      'Never left alone:',
      'Left alone like others:',
    ),
  ];
}

/** Sentences on what came and what went; where neither did, the order alone differs. */
function addedAndRemoved(
  from: readonly string[],
  to: readonly string[],
  came: string,
  went: string,
): string[] {
  if (isSame(from, to)) return [];
  const added = to.filter((one) => !from.includes(one));
  const removed = from.filter((one) => !to.includes(one));
  if (added.length === 0 && removed.length === 0) return [`${came} the same as before, in another order.`];
  return [
    ...(added.length === 0 ? [] : [`${came} ${someOf(added)}.`]),
    ...(removed.length === 0 ? [] : [`${went} ${someOf(removed)}.`]),
  ];
}

const shownAtOnce = 20;

function someOf(items: readonly string[]): string {
  return items.length <= shownAtOnce
    ? list(items, 'and')
    : `${items.slice(0, shownAtOnce).join(', ')} and ${items.length - shownAtOnce} more`;
}

/** Settings are JSON; in which order their fields stand says nothing. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_name: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}
