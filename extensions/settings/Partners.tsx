import { Alert, Text, TextArea } from '@hubspot/ui-extensions';
import type { PartnerDefinition } from '../../src/model/settings.ts';
import { countAnswer } from './answer.ts';
import type { Edit } from './edit.ts';
import { ChoiceField, namesIn, TextField } from './fields.tsx';
import { Part } from './Part.tsx';
import { PropertySelect } from './PropertySelect.tsx';
import { useSettledAnswer } from './use-settled-answer.ts';
import { ValuesSelect } from './ValuesSelect.tsx';

const ways = [
  { value: 'property', label: 'Companies with a value in a property' },
  { value: 'list', label: 'Companies on a list' },
] as const;

/** Which companies are partners, with HubSpot's own count of them while it is edited. */
export function Partners({ edit }: { edit: Edit }) {
  const { partnerDefinition: definition, excludedPartnerIds } = edit.settings;
  const set = (partnerDefinition: PartnerDefinition): void => edit.change({ partnerDefinition });
  return (
    <Part title="Who is a partner">
      <ChoiceField
        label="Partners are"
        name="definition-by"
        readOnly={edit.readOnly}
        value={definition.by}
        options={ways}
        onChange={(by) =>
          set(by === 'list' ? { by, listId: '' } : { by, property: 'type', values: ['PARTNER'] })
        }
      />
      {definition.by === 'list' ? (
        <TextField
          label="List"
          name="definition-list"
          description="The number at the end of the list’s address in HubSpot. The app needs the scope crm.lists.read."
          readOnly={edit.readOnly}
          value={definition.listId}
          onChange={(listId) => set({ by: 'list', listId: listId.trim() })}
        />
      ) : (
        <>
          <PropertySelect
            edit={edit}
            label="Property"
            name="definition-property"
            description="The company property that tells partners from other companies."
            none="Choose a property"
            value={definition.property}
            onChange={(property) => set({ by: 'property', property: property ?? '', values: [] })}
          />
          <ValuesSelect
            edit={edit}
            label="Values"
            name="definition-values"
            description="A company with one of these values is a partner. Internal values, with commas between them."
            property={definition.property}
            values={definition.values}
            onChange={(values) => set({ ...definition, values })}
          />
        </>
      )}
      <LiveCount server={edit.server} definition={definition} />
      <TextArea
        label="Companies that are never judged"
        name="excluded"
        testId="excluded"
        description="HubSpot company ids, with commas between them. They show as excluded."
        readOnly={edit.readOnly}
        rows={2}
        value={excludedPartnerIds.join(', ')}
        onChange={(typed) => edit.change({ excludedPartnerIds: namesIn(typed) })}
      />
    </Part>
  );
}

function isComplete(definition: PartnerDefinition): boolean {
  return definition.by === 'list'
    ? definition.listId !== ''
    : definition.property !== '' && definition.values.length > 0;
}

function LiveCount({ server, definition }: { server: string | null; definition: PartnerDefinition }) {
  const question = { method: 'POST', path: '/settings/count', body: { definition } } as const;
  const { answer, asking, problem } = useSettledAnswer(
    server,
    isComplete(definition) ? question : null,
    countAnswer,
  );
  if (!isComplete(definition)) return <Text variant="microcopy">Name at least one value or list.</Text>;
  if (asking) return <Text variant="microcopy">Counting in HubSpot …</Text>;
  if (problem !== null) return <Text variant="microcopy">Not counted: {problem.advice}</Text>;
  switch (answer?.state) {
    case 'counted':
      return (
        <Text format={{ fontWeight: 'demibold' }} testId="live-count">
          {answer.sentence}
        </Text>
      );
    case 'unavailable':
      return (
        <Alert title="HubSpot could not count" variant="warning">
          {answer.sentence}
        </Alert>
      );
    case 'invalid':
      return <Text variant="microcopy">{answer.problems.join(' ')}</Text>;
    case undefined:
      return null;
  }
}
