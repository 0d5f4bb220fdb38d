import { Button, ButtonRow, Flex, MultiSelect, Text, Tile } from '@hubspot/ui-extensions';
import type { Settings } from '../../src/model/settings.ts';
import { withItem, type Edit } from './edit.ts';
import { Fields, NamesField, OptionalChoice } from './fields.tsx';
import { Part } from './Part.tsx';

type Line = Settings['mapping']['deals'][number];

/** What a deal counts as, by pipeline. HubSpot says itself in which stages a deal is won. */
export function Deals({ edit }: { edit: Edit }) {
  const { mapping } = edit.settings;
  const set = (deals: Line[]): void => edit.change({ mapping: { ...mapping, deals } });
  return (
    <Part title="Deals">
      {mapping.deals.length === 0 ? <Text>No deal counts as an activity of a partner.</Text> : null}
      {mapping.deals.map((line, index) => (
        <DealLine
          // Lines have no name of their own: their place is their identity.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          edit={edit}
          line={line}
          name={`deals-${index}`}
          onChange={(changed) => set(withItem(mapping.deals, index, changed))}
        />
      ))}
      {edit.readOnly ? null : (
        <ButtonRow>
          <Button
            size="sm"
            onClick={() =>
              set([...mapping.deals, { pipelines: null, created: 'deal_registered', won: 'deal_won' }])
            }
            testId="add-deals"
          >
            Add pipelines
          </Button>
        </ButtonRow>
      )}
    </Part>
  );
}

function DealLine({
  edit,
  line,
  name,
  onChange,
}: {
  edit: Edit;
  line: Line;
  name: string;
  onChange: (line: Line | null) => void;
}) {
  const kind = { options: edit.words.kinds, none: 'Nothing', readOnly: edit.readOnly };
  return (
    <Tile compact={true} testId={name}>
      <Flex direction="column" gap="sm">
        <Pipelines
          edit={edit}
          name={`${name}-pipelines`}
          pipelines={line.pipelines}
          onChange={(pipelines) => onChange({ ...line, pipelines })}
        />
        <Fields>
          <OptionalChoice
            {...kind}
            label="Creating a deal is"
            name={`${name}-created`}
            value={line.created}
            onChange={(created) => onChange({ ...line, created })}
          />
          <OptionalChoice
            {...kind}
            label="Winning a deal is"
            name={`${name}-won`}
            value={line.won}
            onChange={(won) => onChange({ ...line, won })}
          />
        </Fields>
        {edit.readOnly ? null : (
          <ButtonRow>
            <Button size="xs" variant="transparent" onClick={() => onChange(null)} testId={`${name}-remove`}>
              Remove
            </Button>
          </ButtonRow>
        )}
      </Flex>
    </Tile>
  );
}

function Pipelines({
  edit,
  name,
  pipelines,
  onChange,
}: {
  edit: Edit;
  name: string;
  pipelines: Line['pipelines'];
  onChange: (pipelines: Line['pipelines']) => void;
}) {
  const field = {
    label: 'Pipelines',
    name,
    readOnly: edit.readOnly,
    description: 'None chosen: every pipeline that no other line names.',
  };
  const set = (chosen: string[]): void => onChange(chosen.length === 0 ? null : chosen);
  const known = edit.portal.pipelines;
  if (known.length === 0) return <NamesField {...field} values={pipelines ?? []} onChange={set} />;
  const options = known.map(({ id, label }) => ({ value: id, label }));
  const gone = (pipelines ?? []).filter((id) => known.every((one) => one.id !== id));
  return (
    <MultiSelect
      {...field}
      testId={name}
      value={[...(pipelines ?? [])]}
      options={[...options, ...gone.map((id) => ({ value: id, label: `${id} (not in HubSpot)` }))]}
      onChange={(chosen) => set(chosen.map(String))}
    />
  );
}
