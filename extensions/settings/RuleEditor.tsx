import { Flex, Text } from '@hubspot/ui-extensions';
import type { Rule } from '../../src/model/settings.ts';
import { AudienceEditor } from './AudienceEditor.tsx';
import type { Edit } from './edit.ts';
import { ChoiceField, Fields, NumberField, PercentField } from './fields.tsx';

const severities = {
  inactive: { value: 'inactive', label: 'Inactive' },
  at_risk: { value: 'at_risk', label: 'At risk' },
  cooling: { value: 'cooling', label: 'Cooling' },
} as const;
const absenceSeverities = [severities.inactive, severities.at_risk];
const earlySeverities = [severities.at_risk, severities.cooling];

type Props = {
  readonly edit: Edit;
  readonly rule: Rule;
  readonly onChange: (rule: Rule) => void;
};

export function RuleEditor({ edit, rule, onChange }: Props) {
  const name = (field: string): string => `${rule.id}-${field}`;
  return (
    <Flex direction="column" gap="sm">
      <Fields>
        {rule.test === 'conversion' ? (
          <Text>Looks at clicks that brought no sale.</Text>
        ) : (
          <ChoiceField
            label="Behaviour"
            name={name('behaviour')}
            readOnly={edit.readOnly}
            value={rule.behaviour}
            options={edit.words.behaviours}
            onChange={(behaviour) => onChange({ ...rule, behaviour })}
          />
        )}
        <NumberField
          label="Days it looks at"
          name={name('days')}
          description={
            rule.test === 'decline'
              ? 'Compared with as many days before them.'
              : 'Up to today, in the account’s time zone.'
          }
          readOnly={edit.readOnly}
          value={rule.windowDays}
          min={1}
          max={3650}
          onChange={(windowDays) => onChange({ ...rule, windowDays })}
        />
        <Measure edit={edit} rule={rule} onChange={onChange} />
        <SeverityField edit={edit} rule={rule} onChange={onChange} />
      </Fields>
      <AudienceEditor
        edit={edit}
        name={rule.id}
        audience={rule.audience}
        onChange={(audience) => onChange({ ...rule, audience })}
      />
    </Flex>
  );
}

/** How much is too little. */
function Measure({ edit, rule, onChange }: Props) {
  const amount = { name: `${rule.id}-minimum`, readOnly: edit.readOnly, min: 1 };
  switch (rule.test) {
    case 'absence':
      return (
        <NumberField
          {...amount}
          label="At least"
          description="With less than this in these days, the rule holds."
          value={rule.minimum}
          onChange={(minimum) => onChange({ ...rule, minimum })}
        />
      );
    case 'decline':
      return (
        <>
          <PercentField
            label="Fell by at least"
            name={`${rule.id}-drop`}
            readOnly={edit.readOnly}
            share={rule.drop}
            onChange={(drop) => onChange({ ...rule, drop })}
          />
          <NumberField
            {...amount}
            label="Activities needed in the days before"
            description="With fewer than this, a decline means nothing."
            value={rule.baselineMinimum}
            onChange={(baselineMinimum) => onChange({ ...rule, baselineMinimum })}
          />
        </>
      );
    case 'conversion':
      return (
        <NumberField
          {...amount}
          label="Clicks"
          description="From this many on, and from the programme’s usual number on, a sale is expected."
          value={rule.minimumClicks}
          onChange={(minimumClicks) => onChange({ ...rule, minimumClicks })}
        />
      );
  }
}

/** What a partner is once the rule holds. */
function SeverityField({ edit, rule, onChange }: Props) {
  const field = { label: 'The partner is then', name: `${rule.id}-severity`, readOnly: edit.readOnly };
  return rule.test === 'absence' ? (
    <ChoiceField
      {...field}
      value={rule.severity}
      options={absenceSeverities}
      onChange={(severity) => onChange({ ...rule, severity })}
    />
  ) : (
    <ChoiceField
      {...field}
      value={rule.severity}
      options={earlySeverities}
      onChange={(severity) => onChange({ ...rule, severity })}
    />
  );
}
