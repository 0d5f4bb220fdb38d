/** Everything that changes something in HubSpot. */
import { AssociationSpecAssociationCategoryEnum } from '@hubspot/api-client/lib/codegen/crm/objects/models/AssociationSpec.js';
import {
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js';
import { toIso, type Instant } from '../model/instant.ts';
import { HubSpotError, InvalidBatchError, RequestRefusedError } from './errors.ts';
import type {
  BatchWrite,
  CompanyUpdate,
  FailedUpdate,
  NewTask,
  PropertyDefinition,
  PropertyOption,
  WrittenCompany,
} from './hubspot.ts';
import { pageSizes } from './limits.ts';
import { assertAtMost } from './records.ts';
import type { Api } from './api.ts';
import type { ApiRequest } from './attempt.ts';
import { namedIds, parseAnswer, type BatchError } from './shapes/common.ts';
import { createdProperties } from './shapes/property.ts';
import { changedDefinition, createdRecord, updatedCompanies } from './shapes/write.ts';
import type { Answer } from './transport.ts';

/**
 * Safe to repeat: the same values again change nothing. Each record carries its id as trace id, so that HubSpot's errors
 * can be told apart (hubspot-api.md section 3).
 */
export async function updateCompanies(api: Api, updates: readonly CompanyUpdate[]): Promise<BatchWrite> {
  assertAtMost(updates.length, pageSizes.batch);
  if (updates.length === 0) return { written: [], failed: [] };
  const request = await api.requests.objectBatch.update('companies', {
    inputs: updates.map(({ id, properties }) => ({
      id,
      properties: { ...properties },
      objectWriteTraceId: id,
    })),
  });
  const answer = await sendUpdate(api, request, updates.length);
  const { results, errors } = parseAnswer(updatedCompanies, answer);
  const confirmed = new Map<string, Instant>();
  for (const { id, traceId, updatedAt } of results)
    confirmed.set(id, updatedAt).set(traceId ?? id, updatedAt);
  const refused = new Map(errors.flatMap((error) => namedIds(error).map((id) => [id, error] as const)));
  const written: WrittenCompany[] = [];
  const failed: FailedUpdate[] = [];
  for (const { id } of updates) {
    const updatedAt = confirmed.get(id);
    const error = refused.get(id);
    if (updatedAt !== undefined && error === undefined) written.push({ id, updatedAt });
    else failed.push(failedUpdate(id, error));
  }
  return { written, failed };
}

/** 400, 404 and 409 refuse the whole batch because of a record in it; what else is refused is no record's fault. */
async function sendUpdate(api: Api, request: ApiRequest, records: number): Promise<Answer> {
  try {
    return await api.send('burst', 'same_again', request);
  } catch (error) {
    if (error instanceof RequestRefusedError && [400, 404, 409].includes(error.status)) {
      throw new InvalidBatchError(error, records);
    }
    throw error;
  }
}

function failedUpdate(id: string, error: BatchError | undefined): FailedUpdate {
  return error === undefined
    ? { id, category: 'NOT_CONFIRMED', message: 'HubSpot neither confirmed nor refused this update.' }
    : { id, category: error.category, message: error.message };
}

export async function createPropertyGroup(api: Api, group: { name: string; label: string }): Promise<void> {
  const request = await api.requests.propertyGroups.create('companies', { ...group, displayOrder: -1 });
  parseAnswer(changedDefinition, await api.send('burst', 'once', request));
}

export async function createProperties(api: Api, definitions: readonly PropertyDefinition[]): Promise<void> {
  assertAtMost(definitions.length, pageSizes.batch);
  if (definitions.length === 0) return;
  const request = await api.requests.propertyBatch.create('companies', {
    inputs: definitions.map((definition) => ({
      name: definition.name,
      label: definition.label,
      description: definition.description,
      groupName: definition.groupName,
      type: propertyTypes[definition.type],
      fieldType: fieldTypes[definition.fieldType],
      options: definition.options.map(optionInput),
      formField: false,
      hidden: false,
      hasUniqueValue: false,
      displayOrder: -1,
    })),
  });
  const answer = await api.send('burst', 'once', request);
  const { errors } = parseAnswer(createdProperties, answer);
  const [first] = errors;
  if (first === undefined) return;
  throw new HubSpotError(
    `HubSpot created ${definitions.length - errors.length} of ${definitions.length} properties; the first it refused: ` +
      `${first.message} (${first.category}). Mend that and run \`rekindle provision\` again: it creates only what is missing.`,
  );
}

const propertyTypes = {
  enumeration: PropertyCreateTypeEnum.Enumeration,
  string: PropertyCreateTypeEnum.String,
  number: PropertyCreateTypeEnum.Number,
  date: PropertyCreateTypeEnum.Date,
  datetime: PropertyCreateTypeEnum.Datetime,
  bool: PropertyCreateTypeEnum.Bool,
} as const satisfies Record<PropertyDefinition['type'], PropertyCreateTypeEnum>;

const fieldTypes = {
  select: PropertyCreateFieldTypeEnum.Select,
  checkbox: PropertyCreateFieldTypeEnum.Checkbox,
  text: PropertyCreateFieldTypeEnum.Text,
  textarea: PropertyCreateFieldTypeEnum.Textarea,
  number: PropertyCreateFieldTypeEnum.Number,
  date: PropertyCreateFieldTypeEnum.Date,
  booleancheckbox: PropertyCreateFieldTypeEnum.Booleancheckbox,
} as const satisfies Record<PropertyDefinition['fieldType'], PropertyCreateFieldTypeEnum>;

function optionInput({ label, value, displayOrder, hidden = false, description = '' }: PropertyOption) {
  return { label, value, displayOrder, hidden, description };
}

/** HubSpot takes the whole list: an option that is left out is deleted. */
export async function updatePropertyOptions(
  api: Api,
  name: string,
  options: readonly PropertyOption[],
): Promise<void> {
  const request = await api.requests.properties.update('companies', name, {
    options: options.map(optionInput),
  });
  parseAnswer(changedDefinition, await api.send('burst', 'same_again', request));
}

/**
 * Repeating it does no harm: what is archived already stays so. Whether HubSpot then answers 204 as the first time, or 404,
 * is not documented; whoever asks reads first which of the names are there.
 */
export async function archiveProperties(api: Api, names: readonly string[]): Promise<void> {
  assertAtMost(names.length, pageSizes.batch);
  if (names.length === 0) return;
  const request = await api.requests.propertyBatch.archive('companies', {
    inputs: names.map((name) => ({ name })),
  });
  await api.send('burst', 'same_again', request);
}

/** Association types HubSpot defines from a task or note to its company (hubspot-api.md section 5). */
const toCompany = { tasks: 192, notes: 190 } as const;

export async function createTask(api: Api, task: NewTask): Promise<{ id: string }> {
  return createEngagement(api, 'tasks', task.companyId, task.ownerId, {
    hs_timestamp: toIso(task.dueAt),
    hs_task_subject: task.subject,
    hs_task_body: richText(task.body),
    hs_task_status: 'NOT_STARTED',
    hs_task_type: 'TODO',
    hs_task_priority: task.priority,
  });
}

export async function createNote(
  api: Api,
  note: { companyId: string; body: string; at: number; ownerId: string | null },
): Promise<{ id: string }> {
  return createEngagement(api, 'notes', note.companyId, note.ownerId, {
    hs_timestamp: toIso(note.at),
    hs_note_body: richText(note.body),
  });
}

/**
 * HubSpot shows these bodies as rich text: without paragraphs our lines would run together, and a partner's name with
 * `<` or `&` in it would be read as HTML (unproven, docs/unproven.md; plain text survives this either way).
 */
function richText(plain: string): string {
  const escaped = plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`)
    .join('');
}

async function createEngagement(
  api: Api,
  objectType: keyof typeof toCompany,
  companyId: string,
  ownerId: string | null,
  properties: Readonly<Record<string, string>>,
): Promise<{ id: string }> {
  const request = await api.requests.objects.create(objectType, {
    properties: { ...properties, ...(ownerId === null ? {} : { hubspot_owner_id: ownerId }) },
    associations: [
      {
        to: { id: companyId },
        types: [
          {
            associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined,
            associationTypeId: toCompany[objectType],
          },
        ],
      },
    ],
  });
  return parseAnswer(createdRecord, await api.send('burst', 'once', request));
}
