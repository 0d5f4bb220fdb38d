/** Creates our property group and company properties where they are missing, and reports what differs. */
import type { ExistingProperty, HubSpot, PropertyDefinition, PropertyOption } from '../hubspot/hubspot.ts';
import { propertyDefinitions, propertyGroup } from '../hubspot/properties.ts';
import { RekindleError } from '../model/errors.ts';

/** hubspot-api.md section 6: batch create takes at most 100 definitions. */
const definitionsPerRequest = 100;

type OptionAddition = { readonly property: string; readonly values: readonly string[] };

export type ProvisionPlan = {
  readonly createGroup: boolean;
  readonly create: readonly PropertyDefinition[];
  /** Options that workflows would miss; they can be added without touching the others. */
  readonly addOptions: readonly OptionAddition[];
  /** Differences that make writing impossible and that only a person can repair: one sentence each. */
  readonly blocking: readonly string[];
  /** Differences that do no harm: one sentence each. */
  readonly drift: readonly string[];
};

export async function planProvision(hubspot: HubSpot): Promise<ProvisionPlan> {
  const [groups, properties] = await Promise.all([
    hubspot.readCompanyPropertyGroups(),
    hubspot.readCompanyProperties(),
  ]);
  return compareProperties(new Set(groups.map(({ name }) => name)), properties);
}

/** Pure: what is missing and what differs. */
function compareProperties(
  groups: ReadonlySet<string>,
  existing: readonly ExistingProperty[],
): ProvisionPlan {
  const byName = new Map(
    existing.filter(({ archived }) => !archived).map((property) => [property.name, property]),
  );
  const create: PropertyDefinition[] = [];
  const addOptions: OptionAddition[] = [];
  const blocking: string[] = [];
  const drift: string[] = [];
  for (const definition of propertyDefinitions) {
    const property = byName.get(definition.name);
    if (property === undefined) {
      create.push(definition);
      continue;
    }
    const missing = missingOptions(definition, property);
    if (missing.length > 0) addOptions.push({ property: definition.name, values: missing });
    blocking.push(...blockingDifferences(definition, property));
    if (property.label !== definition.label) {
      drift.push(
        `Property ${definition.name} is labelled "${property.label}" instead of "${definition.label}".`,
      );
    }
  }
  return { createGroup: !groups.has(propertyGroup.name), create, addOptions, blocking, drift };
}

function missingOptions(definition: PropertyDefinition, property: ExistingProperty): string[] {
  const present = new Set(property.options.map(({ value }) => value));
  return definition.options.map(({ value }) => value).filter((value) => !present.has(value));
}

function blockingDifferences(definition: PropertyDefinition, property: ExistingProperty): string[] {
  const { name } = definition;
  const sentences: string[] = [];
  if (property.type !== definition.type) {
    sentences.push(
      `Property ${name} has type ${property.type}, Rekindle writes ${definition.type}. Delete it in HubSpot and run ` +
        '`rekindle provision` again.',
    );
  }
  if (property.readOnlyValue) {
    sentences.push(`Property ${name} is read-only for apps. Allow edits in HubSpot's property settings.`);
  }
  return sentences;
}

/** Carries the plan out. Running it twice creates nothing twice. */
export async function applyProvision(hubspot: HubSpot, plan: ProvisionPlan): Promise<void> {
  if (plan.createGroup) await hubspot.createCompanyPropertyGroup(propertyGroup);
  for (let start = 0; start < plan.create.length; start += definitionsPerRequest) {
    await hubspot.createCompanyProperties(plan.create.slice(start, start + definitionsPerRequest));
  }
  if (plan.addOptions.length === 0) return;
  const existing = new Map(
    (await hubspot.readCompanyProperties()).map((property) => [property.name, property]),
  );
  for (const { property, values } of plan.addOptions) {
    // HubSpot takes the whole list: the options that are there stay as they are, ours are added.
    const present = existing.get(property)?.options ?? [];
    const definition = propertyDefinitions.find(({ name }) => name === property);
    const added = definition?.options.filter(({ value }) => values.includes(value)) ?? [];
    await hubspot.updateCompanyPropertyOptions(property, [...present, ...distinguished(added, present)]);
  }
}

/** Somebody's own option may bear our label, and HubSpot refuses two of one label in a property. */
function distinguished(
  added: readonly PropertyOption[],
  present: readonly PropertyOption[],
): readonly PropertyOption[] {
  const taken = new Set(present.map(({ label }) => label));
  return added.map((option) =>
    taken.has(option.label) ? { ...option, label: `${option.label} (Rekindle)` } : option,
  );
}

/** Refuses to write before every property is there: HubSpot would refuse each batch as a whole. */
export async function assertProvisioned(hubspot: HubSpot): Promise<void> {
  const plan = await planProvision(hubspot);
  if (plan.blocking.length > 0) throw new RekindleError(plan.blocking.join(' '));
  const missing = [
    ...plan.create.map(({ name }) => name),
    ...plan.addOptions.map(({ property }) => property),
  ];
  if (missing.length === 0) return;
  throw new RekindleError(
    `HubSpot lacks ${missing.length} of Rekindle's company properties or their options (${missing.slice(0, 3).join(', ')}` +
      `${missing.length > 3 ? ' ...' : ''}). Run \`rekindle provision\`, then run again.`,
  );
}
