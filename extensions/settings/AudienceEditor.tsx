import { Flex, Text } from '@hubspot/ui-extensions';
import type { Audience } from '../../src/model/settings.ts';
import type { Edit } from './edit.ts';
import { DayField, Fields } from './fields.tsx';
import { ValuesSelect } from './ValuesSelect.tsx';

type Props = {
  readonly edit: Edit;
  /** Tells the fields of one rule from those of another. */
  readonly name: string;
  readonly audience: Audience;
  readonly onChange: (audience: Audience) => void;
};

const dimensions = [
  { part: 'partnerTypes', label: 'Partner types', from: 'partnerTypeProperty' },
  { part: 'tiers', label: 'Tiers', from: 'tierProperty' },
  { part: 'regions', label: 'Regions', from: 'regionProperty' },
] as const;

/** For whom a rule is. Nothing chosen means everybody. */
export function AudienceEditor({ edit, name, audience, onChange }: Props) {
  const { mapping } = edit.settings;
  return (
    <Flex direction="column" gap="sm">
      <Text format={{ fontWeight: 'demibold' }}>For whom</Text>
      <Fields>
        {dimensions.map(({ part, label, from }) => (
          <ValuesSelect
            key={part}
            edit={edit}
            label={label}
            name={`${name}-${part}`}
            description={
              mapping[from] === null
                ? 'Choose the property they are read from under “What is read”, or the rule applies to nobody who is named here.'
                : 'Empty: everybody.'
            }
            property={mapping[from]}
            values={audience[part]}
            onChange={(values) => onChange({ ...audience, [part]: values })}
          />
        ))}
        <DayField
          label="Joined on or after"
          name={`${name}-joined-since`}
          readOnly={edit.readOnly}
          value={audience.joinedSince}
          onChange={(joinedSince) => onChange({ ...audience, joinedSince })}
        />
        <DayField
          label="Joined before"
          name={`${name}-joined-before`}
          readOnly={edit.readOnly}
          value={audience.joinedBefore}
          onChange={(joinedBefore) => onChange({ ...audience, joinedBefore })}
        />
      </Fields>
    </Flex>
  );
}
