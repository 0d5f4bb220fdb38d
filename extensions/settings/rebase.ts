import type { Rule, Settings } from '../../src/model/settings.ts';

/**
 * A draft put on top of what somebody else saved meanwhile: mine wherever I changed something since `base`, theirs
 * everywhere else. What belongs together goes together, such as a whole rule. Where both of us changed the same it is
 * mine, and the page lists that before it is saved.
 */
export function rebased(base: Settings, mine: Settings, theirs: Settings): Settings {
  return {
    ...fields(base, mine, theirs),
    mapping: fields(base.mapping, mine.mapping, theirs.mapping),
    programme: fields(base.programme, mine.programme, theirs.programme),
    rules: rules(base.rules, mine.rules, theirs.rules),
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function fields<T extends object>(base: T, mine: T, theirs: T): T {
  const before = new Map<string, unknown>(Object.entries(base));
  const changed = Object.entries(mine).filter(([name, value]) => !same(value, before.get(name)));
  return { ...theirs, ...Object.fromEntries(changed) };
}

function rules(base: readonly Rule[], mine: readonly Rule[], theirs: readonly Rule[]): Rule[] {
  const [before, own] = [base, mine].map((some) => new Map(some.map((rule) => [rule.id, rule])));
  const kept = theirs.flatMap((rule) => {
    const ours = own?.get(rule.id);
    // I took it out, or it is new.
    if (ours === undefined) return before?.has(rule.id) === true ? [] : [rule];
    return [same(ours, before?.get(rule.id)) ? rule : ours];
  });
  const known = new Set(theirs.map(({ id }) => id));
  const added = mine.filter((rule) => !known.has(rule.id) && !same(rule, before?.get(rule.id)));
  return [...kept, ...added];
}
