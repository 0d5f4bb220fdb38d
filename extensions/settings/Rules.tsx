import { Button, ButtonRow, Flex, Text, Tile } from '@hubspot/ui-extensions';
import { useState } from 'react';
import type { Rule } from '../../src/model/settings.ts';
import { withItem, type Edit } from './edit.ts';
import { ChoiceField } from './fields.tsx';
import { Part } from './Part.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import { groupsOf, newRule, tests } from './rules.ts';

const combinations = [
  {
    value: 'all',
    label: 'all of the inactive rules that apply to it hold; as soon as one does it is at risk',
  },
  { value: 'any', label: 'any one of the inactive rules that apply to it holds' },
] as const;
/** What follows for a partner that goes without one of several behaviours, and what else could be chosen. */
const consequences: Readonly<Record<(typeof combinations)[number]['value'], string>> = {
  all: 'Who goes without one of these behaviours is at risk, whatever else it does; who goes without all of them is inactive. What no source reports is not asked for. Where going without one is no reason to worry, remove its rule or ask it of fewer partners; where it should only be noticed, add a rule that it fell by 100 % instead, which makes a partner cooling.',
  any: 'Who goes without one of these behaviours is inactive, whatever else it does. What no source reports is not asked for.',
};

type Props = {
  readonly edit: Edit;
  /** What each rule of the draft says, by its name, as far as the server has told. */
  readonly sentences: ReadonlyMap<string, string>;
};

export function Rules({ edit, sentences }: Props) {
  const [opened, setOpened] = useState<string | null>(null);
  const { rules, combination } = edit.settings;
  const replace = (index: number, rule: Rule | null): void =>
    edit.change({ rules: withItem(rules, index, rule) });
  const add = (test: Rule['test']): void => {
    const rule = newRule(test, rules);
    edit.change({ rules: [...rules, rule] });
    setOpened(rule.id);
  };
  return (
    <Part title="When a partner is inactive">
      <ChoiceField
        label="A partner is inactive when"
        description={consequences[combination]}
        name="combination"
        readOnly={edit.readOnly}
        value={combination}
        options={combinations}
        onChange={(chosen) => edit.change({ combination: chosen })}
      />
      {groupsOf(rules).map((group) => (
        <Flex key={group.name} direction="column" gap="xs">
          <Text format={{ fontWeight: 'bold' }}>{group.name}</Text>
          {group.rules.map(({ rule, index }) => (
            <RuleTile
              key={rule.id}
              edit={edit}
              rule={rule}
              sentence={sentences.get(rule.id) ?? null}
              open={opened === rule.id}
              onToggle={() => setOpened(opened === rule.id ? null : rule.id)}
              onChange={(changed) => replace(index, changed)}
            />
          ))}
        </Flex>
      ))}
      {edit.readOnly ? null : (
        <ButtonRow>
          {tests.map(({ value, label }) => (
            <Button key={value} size="sm" onClick={() => add(value)} testId={`add-${value}`}>
              Add: {label}
            </Button>
          ))}
        </ButtonRow>
      )}
    </Part>
  );
}

function RuleTile({
  edit,
  rule,
  sentence,
  open,
  onToggle,
  onChange,
}: {
  edit: Edit;
  rule: Rule;
  sentence: string | null;
  open: boolean;
  onToggle: () => void;
  onChange: (rule: Rule | null) => void;
}) {
  return (
    <Tile compact={true} testId={`rule-${rule.id}`}>
      <Flex direction="column" gap="sm">
        <Text>{sentence ?? `Rule “${rule.id}”: its sentence is being written …`}</Text>
        {edit.readOnly ? null : (
          <ButtonRow>
            <Button size="xs" onClick={onToggle} testId={`edit-${rule.id}`}>
              {open ? 'Done' : 'Edit'}
            </Button>
            <Button
              size="xs"
              variant="transparent"
              onClick={() => onChange(null)}
              testId={`remove-${rule.id}`}
            >
              Remove
            </Button>
          </ButtonRow>
        )}
        {open && !edit.readOnly ? <RuleEditor edit={edit} rule={rule} onChange={onChange} /> : null}
      </Flex>
    </Tile>
  );
}
