/** Reads what a person wrote as a definition; whatever is wrong with it is said in sentences that say what to write. */
import { z } from 'zod';
import { settingsSchema, type Settings } from './settings.ts';

/** The settings, or all that is wrong with them. */
export function readDraft(draft: unknown): { settings: Settings } | { problems: string[] } {
  const parsed = settingsSchema.safeParse(draft, { error: messageOf });
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map((issue) => `${placeOf(issue.path, draft)}: ${issue.message}.`),
    };
  const ids = parsed.data.rules.map(({ id }) => id);
  const repeated = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
  return repeated.length === 0
    ? { settings: parsed.data }
    : { problems: repeated.map((id) => `Two rules are called “${id}”. Give each a name of its own.`) };
}

const named = z.looseObject({ id: z.string() });
const withRules = z.looseObject({ rules: z.array(z.unknown()) });

/** "Rule “deals_180”, windowDays", "mapping, deals, no. 2, won": names as they are written. */
function placeOf(path: readonly PropertyKey[], draft: unknown): string {
  const [field, index, ...rest] = path;
  if (field === 'rules' && typeof index === 'number') {
    const rules = withRules.safeParse(draft);
    const rule = named.safeParse(rules.success ? rules.data.rules[index] : null);
    return [`Rule ${rule.success ? `“${rule.data.id}”` : `no. ${index + 1}`}`, ...rest.map(stepText)].join(
      ', ',
    );
  }
  const text = path.map(stepText).join(', ');
  return text === '' ? 'The settings' : text;
}

function stepText(step: PropertyKey): string {
  return typeof step === 'number' ? `no. ${step + 1}` : String(step);
}

const typeTexts: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
};

/** Where the schema says nothing of its own. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = typeTexts[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `is missing: write ${wanted}` : `must be ${wanted}`;
    }
    case 'invalid_value':
      return oneOfText(issue.values.map(String), issue.input);
    case 'invalid_union':
      return oneOfText(Array.isArray(issue.options) ? issue.options.map(String) : [], undefined);
    case 'too_small':
      return sizeText(
        issue.origin,
        Number(issue.minimum),
        issue.inclusive === false ? 'more than' : 'at least',
      );
    case 'too_big':
      return sizeText(
        issue.origin,
        Number(issue.maximum),
        issue.inclusive === false ? 'less than' : 'at most',
      );
    case 'unrecognized_keys':
      return `there is no setting called ${anyOf(issue.keys)} here: correct the name or take it out`;
    default:
      return undefined;
  }
}

function oneOfText(values: readonly string[], input: unknown): string {
  const instead = typeof input === 'string' ? `, not “${input}”` : '';
  return `must be ${anyOf(values)}${instead}`;
}

function sizeText(origin: string, bound: number, relation: string): string {
  if (origin === 'string') return 'must not be empty';
  if (origin === 'array') return `needs ${relation} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  return `must be ${relation} ${bound}`;
}

/** "“a”, “b” or “c”". */
function anyOf(names: readonly string[]): string {
  const quoted = names.map((name) => `“${name}”`);
  const last = quoted.at(-1) ?? '';
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(', ')} or ${last}`;
}
