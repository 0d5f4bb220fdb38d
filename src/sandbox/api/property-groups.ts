/** Property groups and the customer's validation rules (hubspot-api.md 6). */
import { z } from 'zod';
import { ApiError, invalid, notFound } from '../portal/api-error.ts';
import type { PropertyGroup } from '../portal/property-definition.ts';
import { bodyOf, parameter, typeIn } from './call.ts';
import type { Answer, Call } from './call.ts';

export function listGroups(call: Call): Answer {
  return { status: 200, body: { results: call.account.portal.properties.groups(typeIn(call)) } };
}

export function readGroup(call: Call): Answer {
  return { status: 200, body: livingGroup(call) };
}

const groupSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be lower case letters, digits and _'),
  label: z.string().min(1),
  displayOrder: z.number().int().default(-1),
});

export function createGroup(call: Call): Answer {
  const { properties } = call.account.portal;
  const type = typeIn(call);
  const group: PropertyGroup = { ...bodyOf(call, groupSchema), archived: false };
  if (properties.group(type, group.name) !== undefined) {
    throw new ApiError(409, 'CONFLICT', `A property group named "${group.name}" already exists.`);
  }
  properties.putGroup(type, group);
  return { status: 201, body: group };
}

export function updateGroup(call: Call): Answer {
  const group = livingGroup(call);
  const patch = bodyOf(
    call,
    z.object({ label: z.string().min(1).optional(), displayOrder: z.number().int().optional() }),
  );
  const next: PropertyGroup = {
    ...group,
    label: patch.label ?? group.label,
    displayOrder: patch.displayOrder ?? group.displayOrder,
  };
  call.account.portal.properties.putGroup(typeIn(call), next);
  return { status: 200, body: next };
}

export function archiveGroup(call: Call): Answer {
  const group = livingGroup(call);
  const { properties } = call.account.portal;
  const inUse = properties
    .list(typeIn(call), { archived: false })
    .some((one) => one.groupName === group.name);
  if (inUse) throw invalid(`Property group "${group.name}" still has properties.`);
  properties.putGroup(typeIn(call), { ...group, archived: true });
  return { status: 204 };
}

/** The customer's rules; answers in the shape of HubSpot's property validations. */
export function listValidations(call: Call): Answer {
  const rules = Map.groupBy(call.account.portal.properties.rules(typeIn(call)), (rule) => rule.propertyName);
  const results = [...rules].map(([propertyName, own]) => ({
    propertyName,
    propertyValidationRules: own.map((rule) => ({
      ruleType: rule.ruleType,
      ruleArguments: rule.ruleType === 'MAX_LENGTH' ? [String(rule.length)] : [],
      shouldApplyNormalization: false,
    })),
  }));
  return { status: 200, body: { results } };
}

function livingGroup(call: Call): PropertyGroup {
  const name = parameter(call, 'groupName');
  const group = call.account.portal.properties.group(typeIn(call), name);
  if (group === undefined) throw notFound(`Property group "${name}" does not exist.`);
  return group;
}
