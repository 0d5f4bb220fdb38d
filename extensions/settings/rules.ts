import type { Audience, Behaviour, Rule } from '../../src/model/settings.ts';

export const tests = [
  { value: 'absence', label: 'Something did not happen' },
  { value: 'decline', label: 'Something happened much less than before' },
  { value: 'conversion', label: 'Many clicks brought no sale' },
] as const satisfies readonly { value: Rule['test']; label: string }[];

const everyone: Audience = {
  partnerTypes: [],
  tiers: [],
  regions: [],
  joinedSince: null,
  joinedBefore: null,
};

/** A rule to begin with, under a name that none of `rules` has. */
export function newRule(test: Rule['test'], rules: readonly Rule[]): Rule {
  switch (test) {
    case 'absence': {
      const behaviour: Behaviour = 'sales';
      const id = freeId('sales_180', rules);
      return { id, test, behaviour, windowDays: 180, minimum: 1, severity: 'inactive', audience: everyone };
    }
    case 'decline': {
      const [behaviour, id] = ['sales' as const, freeId('sales_halved_180', rules)];
      const size = { windowDays: 180, drop: 0.5, baselineMinimum: 5 };
      return { id, test, behaviour, ...size, severity: 'cooling', audience: everyone };
    }
    case 'conversion': {
      const [behaviour, id] = ['clicks' as const, freeId('clicks_without_sales_90', rules)];
      const size = { windowDays: 90, minimumClicks: 50 };
      return { id, test, behaviour, ...size, severity: 'at_risk', audience: everyone };
    }
  }
}

function freeId(wanted: string, rules: readonly Rule[]): string {
  const taken = new Set(rules.map(({ id }) => id));
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}_${number}`;
  return id;
}

/** For whom: "Everybody", "reseller · gold · emea". */
function audienceName(audience: Audience): string {
  const { partnerTypes, tiers, regions, joinedSince, joinedBefore } = audience;
  const parts = [
    ...[partnerTypes, tiers, regions].filter((names) => names.length > 0).map((names) => names.join(', ')),
    ...(joinedSince === null ? [] : [`joined on ${joinedSince} or later`]),
    ...(joinedBefore === null ? [] : [`joined before ${joinedBefore}`]),
  ];
  return parts.length === 0 ? 'Everybody' : parts.join(' · ');
}

export type RuleGroup = { readonly name: string; readonly rules: { rule: Rule; index: number }[] };

/** The rules by whom they are for, in the order in which the audiences first occur. */
export function groupsOf(rules: readonly Rule[]): RuleGroup[] {
  const groups = new Map<string, RuleGroup>();
  for (const [index, rule] of rules.entries()) {
    const name = audienceName(rule.audience);
    const group = groups.get(name) ?? { name, rules: [] };
    group.rules.push({ rule, index });
    groups.set(name, group);
  }
  return [...groups.values()];
}
