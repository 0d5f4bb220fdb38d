/** Two people change the settings at once, and the second one keeps working on top of what the first one saved. */
import { describe, expect, it } from 'vitest';
import { rebased } from '../../extensions/settings/rebase.ts';
import type { Rule, Settings } from '../../src/model/settings.ts';
import { reseller } from './settings-world.tsx';

const [first, second] = reseller.rules as [Rule, Rule];
const withRules = (change: (rules: Rule[]) => Rule[]): Settings => ({
  ...reseller,
  rules: change([...reseller.rules]),
});
const longer = (rule: Rule, days: number): Rule => ({ ...rule, windowDays: days });
const replaced = (old: Rule, by: Rule): Settings =>
  withRules((rules) => rules.map((rule) => (rule.id === old.id ? by : rule)));

describe('changes of two people', () => {
  it('both stand where they are about different things', () => {
    const mine = {
      ...reseller,
      graceDays: 7,
      mapping: { ...reseller.mapping, tierProperty: 'my_tier' },
      programme: { ...reseller.programme, name: 'Mine' },
    };
    const theirs = {
      ...reseller,
      warningDays: 14,
      mapping: { ...reseller.mapping, regionProperty: 'their_region' },
      programme: { ...reseller.programme, feedback: 'theirs@example.com' },
    };
    expect(rebased(reseller, mine, theirs)).toEqual({
      ...reseller,
      graceDays: 7,
      warningDays: 14,
      mapping: { ...reseller.mapping, tierProperty: 'my_tier', regionProperty: 'their_region' },
      programme: { ...reseller.programme, name: 'Mine', feedback: 'theirs@example.com' },
    });
  });

  it('are mine where both changed the same', () => {
    const result = rebased(reseller, { ...reseller, graceDays: 7 }, { ...reseller, graceDays: 9 });
    expect(result.graceDays).toBe(7);
  });

  it('go rule by rule: changed, added and taken out', () => {
    const added = { ...second, id: 'mine_alone' };
    const mine = withRules((rules) => [longer(first, 60), ...rules.slice(1), added]);
    const theirs = withRules((rules) =>
      rules.filter(({ id }) => id !== second.id).concat({ ...first, id: 'theirs_alone' }),
    );
    const result = rebased(reseller, mine, theirs).rules;
    expect(result.map(({ id }) => id)).toEqual([
      first.id,
      ...reseller.rules.slice(2).map(({ id }) => id),
      'theirs_alone',
      'mine_alone',
    ]);
    expect(result[0]?.windowDays).toBe(60);
  });

  it('keep a rule whole, so that none is half mine and half theirs', () => {
    const mine = replaced(first, longer(first, 60));
    const theirs = replaced(first, { ...first, audience: { ...first.audience, tiers: ['gold'] } });
    expect(rebased(reseller, mine, theirs).rules[0]).toEqual(longer(first, 60));
  });

  it('keep a rule that I changed and they took out, and lose one that I took out', () => {
    const theirs = withRules((rules) => rules.filter(({ id }) => id !== first.id));
    const kept = rebased(reseller, replaced(first, longer(first, 60)), theirs).rules;
    expect(kept).toContainEqual(longer(first, 60));
    const lost = rebased(reseller, theirs, replaced(first, longer(first, 60))).rules;
    expect(lost.map(({ id }) => id)).not.toContain(first.id);
  });

  it('are all of theirs where I changed nothing', () => {
    const theirs = { ...replaced(second, longer(second, 30)), combination: 'any' as const };
    expect(rebased(reseller, reseller, theirs)).toEqual(theirs);
  });
});
