/** Whether one record may be given some values: definitions, read-only marks, and the customer's own rules. */
import type { SeedRecord, SeedType } from '../seed.ts';
import type { ErrorDetail } from './api-error.ts';
import type { PropertyRegistry, ValidationRule } from './property-registry.ts';
import { checkValue } from './property-values.ts';
import type { InvalidValue } from './property-values.ts';

export type WriteRefusal = { readonly message: string; readonly errors: readonly ErrorDetail[] };

export function checkWrite(
  registry: PropertyRegistry,
  type: SeedType,
  record: SeedRecord | undefined,
  properties: Readonly<Record<string, string>>,
  ownerExists: (id: string) => boolean,
): { readonly stored: Readonly<Record<string, string>> } | WriteRefusal {
  const stored: Record<string, string> = {};
  const invalid: InvalidValue[] = [];
  for (const [name, text] of Object.entries(properties)) {
    const definition = registry.find(type, name);
    if (definition === undefined) {
      invalid.push({ message: `Property "${name}" does not exist`, error: 'PROPERTY_DOESNT_EXIST', name });
      continue;
    }
    const checked = checkValue(definition, text, { current: record?.properties[name], ownerExists });
    if (checked.ok) stored[name] = checked.value;
    else invalid.push(checked.invalid);
  }
  const result = { ...record?.properties, ...stored };
  for (const rule of registry.rules(type)) {
    const broken = brokenRule(rule, result);
    if (broken !== null) invalid.push(broken);
  }
  return invalid.length === 0 ? { stored } : refusal(invalid);
}

/** A rule looks at the record as it would be, so it can refuse a write that does not touch its property. */
function brokenRule(rule: ValidationRule, result: Readonly<Record<string, string>>): InvalidValue | null {
  const value = result[rule.propertyName] ?? '';
  if (rule.ruleType === 'REQUIRED' && value === '') {
    return {
      message: `Property "${rule.propertyName}" is required by a rule of this account`,
      error: 'REQUIRED_FIELD',
      name: rule.propertyName,
    };
  }
  if (rule.ruleType === 'MAX_LENGTH' && value.length > rule.length) {
    return {
      message: `Property "${rule.propertyName}" may have at most ${rule.length} characters`,
      error: 'MAX_LENGTH_EXCEEDED',
      name: rule.propertyName,
    };
  }
  return null;
}

/** HubSpot packs the list of invalid values into the message, as JSON. */
function refusal(invalid: readonly InvalidValue[]): WriteRefusal {
  const list = invalid.map((value) => ({ isValid: false, ...value, localizedErrorMessage: value.message }));
  return {
    message: `Property values were not valid: ${JSON.stringify(list)}`,
    errors: invalid.map((value) => ({
      message: value.message,
      code: value.error,
      context: { propertyName: [value.name] },
    })),
  };
}
