import { Alert, Flex, List, Text } from '@hubspot/ui-extensions';
import { ActivityDates } from './ActivityDates.tsx';
import { Deals } from './Deals.tsx';
import type { Edit } from './edit.ts';
import { Fields } from './fields.tsx';
import { Part } from './Part.tsx';
import { PropertySelect } from './PropertySelect.tsx';

const properties = [
  {
    setting: 'partnerTypeProperty',
    label: 'Partner type',
    description: 'Rules can be for some partner types alone.',
  },
  { setting: 'tierProperty', label: 'Tier', description: 'Rules can be for some tiers alone.' },
  { setting: 'regionProperty', label: 'Region', description: 'Rules can be for some regions alone.' },
  {
    setting: 'externalIdProperty',
    label: 'Id in other systems',
    description: 'By it, imported activity finds its partner.',
  },
  {
    setting: 'joinedAtProperty',
    label: 'Partner since',
    description: 'When the partnership began. Without it: when HubSpot first knew the company.',
  },
  {
    setting: 'individualRateProperty',
    label: 'Individual commission rate',
    description: 'What this partner gets, for messages to it. No verdict depends on it.',
  },
] as const;

/** Where in HubSpot what rules ask for is found. */
export function Mapping({ edit }: { edit: Edit }) {
  const { mapping } = edit.settings;
  return (
    <Flex direction="column" gap="md">
      {edit.portal.problems.length === 0 ? null : (
        <Alert title="HubSpot did not tell everything" variant="warning">
          <List>
            {edit.portal.problems.map((problem) => (
              <Text key={problem}>{problem}</Text>
            ))}
          </List>
        </Alert>
      )}
      <Deals edit={edit} />
      <ActivityDates edit={edit} />
      <Part title="Engagements">
        <Text>
          Held meetings, inbound calls and inbound emails count as the partner’s own. Outbound emails,
          outbound calls, notes and tasks are ours and never do.
        </Text>
      </Part>
      <Part title="Company properties">
        <Fields>
          {properties.map(({ setting, ...field }) => (
            <PropertySelect
              key={setting}
              edit={edit}
              {...field}
              name={setting}
              none="None"
              value={mapping[setting]}
              onChange={(property) => edit.change({ mapping: { ...mapping, [setting]: property } })}
            />
          ))}
        </Fields>
      </Part>
    </Flex>
  );
}
