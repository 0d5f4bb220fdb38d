import { Button, ButtonRow, Flex, Text, Tile } from '@hubspot/ui-extensions';
import type { Settings } from '../../src/model/settings.ts';
import { withItem, type Edit } from './edit.ts';
import { ChoiceField, Fields } from './fields.tsx';
import { Part } from './Part.tsx';
import { PropertySelect } from './PropertySelect.tsx';

type Line = Settings['mapping']['activityDates'][number];

/** Dates that other systems keep up to date on the company: portal logins, trainings and the like. */
export function ActivityDates({ edit }: { edit: Edit }) {
  const { mapping } = edit.settings;
  const set = (activityDates: Line[]): void => edit.change({ mapping: { ...mapping, activityDates } });
  const lines = mapping.activityDates;
  return (
    <Part title="Portal logins, trainings and other dates">
      <Text>
        Company properties that another system sets to the day on which something last happened. Each new date
        is one activity.
      </Text>
      {lines.map((line, index) => (
        <Tile
          // Lines have no name of their own: their place is their identity.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          compact={true}
          testId={`dates-${index}`}
        >
          <Flex direction="column" gap="sm">
            <Fields>
              <PropertySelect
                edit={edit}
                label="Property"
                name={`dates-${index}-property`}
                description="A date, or a date and time."
                none="Choose a property"
                types={['date', 'datetime']}
                value={line.property === '' ? null : line.property}
                onChange={(property) => set(withItem(lines, index, { ...line, property: property ?? '' }))}
              />
              <ChoiceField
                label="It is the day of the latest"
                name={`dates-${index}-kind`}
                readOnly={edit.readOnly}
                value={line.kind}
                options={edit.words.partnerKinds}
                onChange={(kind) => set(withItem(lines, index, { ...line, kind }))}
              />
            </Fields>
            {edit.readOnly ? null : (
              <ButtonRow>
                <Button
                  size="xs"
                  variant="transparent"
                  onClick={() => set(withItem(lines, index, null))}
                  testId={`dates-${index}-remove`}
                >
                  Remove
                </Button>
              </ButtonRow>
            )}
          </Flex>
        </Tile>
      ))}
      {edit.readOnly ? null : (
        <ButtonRow>
          <Button
            size="sm"
            onClick={() => set([...lines, { property: '', kind: 'portal_login' }])}
            testId="add-dates"
          >
            Add a date
          </Button>
        </ButtonRow>
      )}
    </Part>
  );
}
