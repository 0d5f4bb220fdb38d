/**
 * Where HubSpot's own documented examples differ from its published schemas (hubspot-api.md section 9, "wire" mode):
 * there, and only there, the contract is relaxed.
 */
import type { Contract } from './contract.ts';
import type { Schema } from './models.ts';

type Change = (schema: Schema) => Schema;

const property =
  (name: string, schema: Schema): Change =>
  (model) => ({ ...model, properties: { ...(model['properties'] as Schema), [name]: schema } });
const requiring =
  (...required: string[]): Change =>
  (model) => ({ ...model, required });
const without =
  (name: string): Change =>
  (model) => ({
    ...model,
    required: ((model['required'] as string[] | undefined) ?? []).filter((one) => one !== name),
  });

const nullableText = { type: 'string', nullable: true };
const values = property('properties', { type: 'object', additionalProperties: nullableText });
const sorts = {
  type: 'array',
  items: {
    anyOf: [
      { type: 'string' },
      {
        type: 'object',
        required: ['propertyName'],
        properties: {
          propertyName: { type: 'string' },
          direction: { type: 'string', enum: ['ASCENDING', 'DESCENDING'] },
        },
        additionalProperties: false,
      },
    ],
  },
};

const changes: Readonly<Record<string, readonly Change[]>> = {
  // Defined and empty is null.
  'response.SimplePublicObject': [values],
  'response.SimplePublicObjectWithAssociations': [values],
  'response.SimplePublicUpsertObject': [values],
  'request.PublicObjectSearchRequest': [requiring(), property('sorts', sorts)],
  'request.BatchReadInputSimplePublicObjectId': [requiring('inputs')],
  'request.SimplePublicObjectInputForCreate': [without('associations')],
  'request.SimplePublicObjectBatchInputForCreate': [without('associations')],
  'response.MultiAssociatedObjectWithLabel': [
    property('toObjectId', { anyOf: [{ type: 'string' }, { type: 'integer' }] }),
  ],
  'response.AssociationSpecWithLabel': [property('label', nullableText)],
  'response.StandardError': [requiring('category', 'message', 'status')],
  // A 429 has no category.
  'response.ModelError': [requiring('message')],
};

/** @throws Error when a relaxed model is gone: a new version of the package may need the relaxation no longer */
export function asOnTheWire(contract: Contract): Contract {
  const unused = new Set(Object.keys(changes));
  const schemas = Object.fromEntries(
    Object.entries(contract.components.schemas).map(([key, schema]) => {
      const name = /(?:request|response)\.\w+$/.exec(key)?.[0] ?? key;
      unused.delete(name);
      return [key, (changes[name] ?? []).reduce((changed, change) => change(changed), schema)];
    }),
  );
  if (unused.size > 0) throw new Error(`The contract has no ${[...unused].join(', ')} to relax.`);
  return { ...contract, components: { schemas } };
}
