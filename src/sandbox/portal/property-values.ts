/** Which values a property takes, and how HubSpot stores them (hubspot-api.md 6, values). */
import type { PropertyDefinition } from './property-definition.ts';

/** As HubSpot names what is wrong with one value. */
export type InvalidValue = { readonly message: string; readonly error: string; readonly name: string };
export type CheckedValue =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly invalid: InvalidValue };

export type ValueContext = {
  /** What the record holds now: a leading `;` appends to it. */
  readonly current: string | undefined;
  readonly ownerExists: (id: string) => boolean;
};

/** HubSpot's limit for text of any kind. */
const textLimit = 65_536;

type Check = (definition: PropertyDefinition, text: string, context: ValueContext) => CheckedValue;

const checks: Readonly<Record<PropertyDefinition['type'], Check>> = {
  enumeration: checkEnumeration,
  number: checkNumber,
  bool: checkBool,
  date: checkDate,
  datetime: checkDateTime,
  string: checkText,
  phone_number: checkText,
};

/** `text` as it will be stored; the empty text clears a value of any type. */
export function checkValue(
  definition: PropertyDefinition,
  text: string,
  context: ValueContext,
): CheckedValue {
  if (definition.readOnlyValue) {
    return refuse(
      definition,
      'READ_ONLY_VALUE',
      `"${definition.name}" is a read only property; its value cannot be set.`,
    );
  }
  if (text === '') return { ok: true, value: '' };
  return checks[definition.type](definition, text, context);
}

function refuse(definition: PropertyDefinition, error: string, message: string): CheckedValue {
  return { ok: false, invalid: { message, error, name: definition.name } };
}

function checkEnumeration(definition: PropertyDefinition, text: string, context: ValueContext): CheckedValue {
  if (definition.ownerOptions) {
    return context.ownerExists(text)
      ? { ok: true, value: text }
      : refuse(definition, 'INVALID_OWNER_ID', `Owner ${text} does not exist`);
  }
  const isMultiple = definition.fieldType === 'checkbox';
  const chosen = isMultiple ? text.split(';').filter((value) => value !== '') : [text];
  const allowed = new Set(definition.options.map((option) => option.value));
  const stranger = chosen.find((value) => !allowed.has(value));
  if (stranger !== undefined) {
    const options = [...allowed].join(', ');
    return refuse(
      definition,
      'INVALID_OPTION',
      `${stranger} was not one of the allowed options: [${options}]`,
    );
  }
  const kept = isMultiple && text.startsWith(';') ? (context.current ?? '').split(';').filter(Boolean) : [];
  return { ok: true, value: [...new Set([...kept, ...chosen])].join(';') };
}

function checkNumber(definition: PropertyDefinition, text: string): CheckedValue {
  return text.trim() !== '' && Number.isFinite(Number(text))
    ? { ok: true, value: text.trim() }
    : refuse(definition, 'INVALID_INTEGER', `${text} was not a valid number.`);
}

function checkBool(definition: PropertyDefinition, text: string): CheckedValue {
  return text === 'true' || text === 'false'
    ? { ok: true, value: text }
    : refuse(definition, 'INVALID_OPTION', `${text} was not one of the allowed options: [true, false]`);
}

function checkText(definition: PropertyDefinition, text: string): CheckedValue {
  return text.length <= textLimit
    ? { ok: true, value: text }
    : refuse(
        definition,
        'VALUE_TOO_LONG',
        `${definition.name} has ${text.length} characters; ${textLimit} are allowed.`,
      );
}

function checkDate(definition: PropertyDefinition, text: string): CheckedValue {
  const instant = parseInstant(text);
  if (instant === null) {
    return refuse(
      definition,
      'INVALID_DATE',
      `${text} was not a valid date. Expected milliseconds or ISO 8601.`,
    );
  }
  const iso = new Date(instant).toISOString();
  if (!iso.endsWith('T00:00:00.000Z')) {
    return refuse(definition, 'INVALID_DATE', `${text} is at ${iso.slice(11, -1)} UTC, not midnight!`);
  }
  return { ok: true, value: iso.slice(0, 10) };
}

function checkDateTime(definition: PropertyDefinition, text: string): CheckedValue {
  const instant = parseInstant(text);
  return instant === null
    ? refuse(definition, 'INVALID_DATE', `${text} was not a valid date. Expected milliseconds or ISO 8601.`)
    : { ok: true, value: new Date(instant).toISOString() };
}

const isoPattern = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/;
const largestInstant = 8_640_000_000_000_000;

/** Milliseconds since 1970 from HubSpot's two ways to write a moment: milliseconds, or ISO 8601; null for neither. */
export function parseInstant(text: string): number | null {
  if (/^-?\d{1,16}$/.test(text)) {
    const instant = Number(text);
    return Math.abs(instant) <= largestInstant ? instant : null;
  }
  if (!isoPattern.test(text)) return null;
  const instant = Date.parse(text);
  // Date.parse rolls 31 April over to 1 May for some inputs; HubSpot refuses it.
  if (Number.isNaN(instant)) return null;
  const midnight = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return midnight.toISOString().slice(0, 10) === text.slice(0, 10) ? instant : null;
}
