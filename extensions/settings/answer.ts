/** What the server says to the settings page, read without trusting it. */
import type { SettingsEntry, SettingsPage } from '../../src/web/settings-contract.ts';
import type { Status } from '../../src/model/verdict.ts';
import {
  byState,
  count,
  instant,
  list,
  nullable,
  oneOf,
  shape,
  text,
  truth,
  type Decoded,
  type Decoder,
} from '../shared/decode.ts';
import { wholeSettings } from './settings-shape.ts';

const sentences = list(text);
const described = { sentences, rules: list(shape({ id: text, sentence: text })) };

/** What the editors offer is only passed on, and the server judges what comes back: the texts are enough. */
function choices<T extends string>(): Decoder<readonly { readonly value: T; readonly label: string }[]> {
  return (value, at) => {
    const known = list(shape({ value: text, label: text }))(value, at);
    return known as readonly { readonly value: T; readonly label: string }[];
  };
}

const entryFields = { version: count, savedAt: instant, author: text, note: text, preset: text };
const entry: Decoder<SettingsEntry> = shape(entryFields);
export type Entry = SettingsEntry;

type Words = SettingsPage['words'];

export const pageAnswer = shape({
  access: shape({ mayChange: truth, sentence: text }),
  inForce: nullable(shape({ ...entryFields, settings: wholeSettings, ...described })),
  presets: list(shape({ label: text, about: text, settings: wholeSettings, ...described })),
  words: shape({
    behaviours: choices<Words['behaviours'][number]['value']>(),
    kinds: choices<Words['kinds'][number]['value']>(),
    partnerKinds: choices<Words['partnerKinds'][number]['value']>(),
  }),
  timeZone: nullable(text),
  partners: count,
});
export type PageAnswer = Decoded<typeof pageAnswer>;

const invalid = shape({ problems: sentences });
const told = shape({ sentence: text });
const saved = shape({ version: count, sentence: text });
const conflict = shape({ latest: entry, sentence: text, differences: sentences });

export const describeAnswer = byState({
  described: shape({ ...described, differences: sentences }),
  invalid,
});
export type DescribeAnswer = Decoded<typeof describeAnswer>;

export const saveAnswer = byState({ saved, conflict, forbidden: told, invalid, unknown_version: told });
export type SaveAnswer = Decoded<typeof saveAnswer>;

export const versionsAnswer = shape({
  versions: list(entry),
  log: list(shape({ at: instant, author: text, sentence: text })),
});

export const compareAnswer = byState({
  compared: shape({ a: entry, b: entry, differences: sentences }),
  unknown_version: told,
});

export const countAnswer = byState({
  counted: shape({ partners: nullable(count), sentence: text }),
  unavailable: told,
  invalid,
});

export const portalAnswer = shape({
  pipelines: list(shape({ id: text, label: text })),
  properties: list(shape({ name: text, label: text, type: text, options: choices<string>() })),
  problems: sentences,
});
export type PortalAnswer = Decoded<typeof portalAnswer>;

export const removalAnswer = byState({ removed: told, unconfirmed: told, forbidden: told, refused: told });

export const statuses = [
  'active',
  'cooling',
  'at_risk',
  'inactive',
  'never_activated',
  'reactivated',
  'excluded',
  'unknown',
] as const satisfies readonly Status[];
const status = oneOf(statuses);

/** Numbers by name; names that this page does not know are kept. */
const counts: Decoder<Readonly<Record<string, number>>> = (value, at) => {
  shape({})(value, at);
  return Object.fromEntries(
    Object.entries(value as object).map(([name, number]) => [name, count(number, `${at}.${name}`)]),
  );
};

export const previewAnswer = byState({
  done: shape({
    partners: count,
    before: counts,
    after: counts,
    changing: count,
    moves: count,
    changes: list(
      shape({ id: text, name: nullable(text), from: status, to: status, sentence: nullable(text) }),
    ),
    brake: shape({ moves: count, stops: truth, allowed: count }),
    properties: counts,
    limits: sentences,
  }),
  running: shape({ judged: count, retryAfterSeconds: count }),
  busy: shape({ retryAfterSeconds: count }),
  invalid,
  refused: told,
});
export type PreviewDone = Extract<Decoded<typeof previewAnswer>, { state: 'done' }>;
