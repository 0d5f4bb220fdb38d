/**
 * What the settings page and the server say to each other. Business answers travel in a 200: HubSpot's proxy wraps every
 * other status (hubspot-platform.md 6.6). The extension imports the types only. What a draft would change is asked by
 * `POST /settings/preview` (contract.ts).
 */
import { z } from 'zod';
import { kinds, partnerKinds } from '../model/kind.ts';
import { behaviours, settingsSchema, type Behaviour } from '../model/settings.ts';

const instant = z.iso.datetime();
const version = z.int().min(1);
const sentences = z.array(z.string());

/** Who may change the settings is decided by the server with each request; this is what it says to the one who asks. */
const access = z.strictObject({ mayChange: z.boolean(), sentence: z.string() });

/** A definition with what it says in plain words; `rules` in the order of the settings' rules. */
const described = {
  sentences,
  rules: z.array(z.strictObject({ id: z.string(), sentence: z.string() })),
};

const entry = z.strictObject({
  version,
  savedAt: instant,
  author: z.string(),
  note: z.string(),
  preset: z.string(),
});
export type SettingsEntry = z.infer<typeof entry>;

const behaviourNames = Object.keys(behaviours) as [Behaviour, ...Behaviour[]];
const choice = <T extends z.ZodType>(value: T) => z.strictObject({ value, label: z.string() });

export const settingsPageSchema = z.strictObject({
  state: z.literal('ready'),
  access,
  /** Null before the first settings were saved. */
  inForce: z.strictObject({ ...entry.shape, settings: settingsSchema, ...described }).nullable(),
  presets: z.array(
    z.strictObject({ label: z.string(), about: z.string(), settings: settingsSchema, ...described }),
  ),
  /** How people call what the editors offer. */
  words: z.strictObject({
    behaviours: z.array(choice(z.enum(behaviourNames))),
    /** What a deal can be. */
    kinds: z.array(choice(z.enum(kinds))),
    /** What a date that another system keeps can be. */
    partnerKinds: z.array(choice(z.enum(partnerKinds))),
  }),
  /** Null before the first sync. */
  timeZone: z.string().nullable(),
  /** Partners that the latest sync found. */
  partners: z.int(),
});
export type SettingsPage = z.infer<typeof settingsPageSchema>;

const invalid = z.strictObject({ state: z.literal('invalid'), problems: sentences.min(1) });
const forbidden = z.strictObject({ state: z.literal('forbidden'), sentence: z.string() });
const unknownVersion = z.strictObject({ state: z.literal('unknown_version'), sentence: z.string() });
/** Somebody saved since the page was loaded: who, when, and what. Nothing was changed. */
const conflict = z.strictObject({
  state: z.literal('conflict'),
  latest: entry,
  sentence: z.string(),
  /** What they changed of the version that this draft was made of. */
  differences: sentences,
});
const saved = z.strictObject({ state: z.literal('saved'), version, sentence: z.string() });

/** What a draft says, and what it changes of the settings in force. */
export const describeRequestSchema = z.strictObject({ settings: z.unknown() });
export const describeResponseSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('described'), ...described, differences: sentences }),
  invalid,
]);
export type DescribeResponse = z.infer<typeof describeResponseSchema>;

const note = z.string().trim().max(500);
const base = version.nullable();

/**
 * `baseVersion` is the version that the draft was made of; null where there was none. `approvedMoves` says yes to as many
 * status changes as the preview of exactly this draft showed; null says nothing.
 */
export const saveRequestSchema = z.strictObject({
  baseVersion: base,
  settings: z.unknown(),
  note,
  approvedMoves: z.int().min(0).max(100_000_000).nullable(),
});
export const saveResponseSchema = z.discriminatedUnion('state', [saved, conflict, forbidden, invalid]);
export type SaveResponse = z.infer<typeof saveResponseSchema>;

/** Makes a new version that equals the old one `version`. */
export const restoreRequestSchema = z.strictObject({ baseVersion: base, version, note });
export const restoreResponseSchema = z.discriminatedUnion('state', [
  saved,
  conflict,
  forbidden,
  unknownVersion,
]);
export type RestoreResponse = z.infer<typeof restoreResponseSchema>;

export const versionsResponseSchema = z.strictObject({
  state: z.literal('listed'),
  /** The latest first, as many as a page shows. */
  versions: z.array(entry),
  /** What was done, the latest first: also what made no version. */
  log: z.array(z.strictObject({ at: instant, author: z.string(), sentence: z.string() })),
});
export type VersionsResponse = z.infer<typeof versionsResponseSchema>;

/** `GET /settings/compare?a=3&b=5`: what version b says otherwise than a. */
export const compareResponseSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('compared'), a: entry, b: entry, differences: sentences }),
  unknownVersion,
]);
export type CompareResponse = z.infer<typeof compareResponseSchema>;

/** How many companies a partner definition finds in HubSpot at present. */
export const countRequestSchema = z.strictObject({ definition: z.unknown() });
export const countResponseSchema = z.discriminatedUnion('state', [
  /** `partners` is null where HubSpot does not count. */
  z.strictObject({ state: z.literal('counted'), partners: z.int().nullable(), sentence: z.string() }),
  z.strictObject({ state: z.literal('unavailable'), sentence: z.string() }),
  invalid,
]);
export type CountResponse = z.infer<typeof countResponseSchema>;

/** What of the account the mapping can name. A part that HubSpot did not tell is empty, and `problems` says why. */
export const portalResponseSchema = z.strictObject({
  state: z.literal('read'),
  pipelines: z.array(z.strictObject({ id: z.string(), label: z.string() })),
  properties: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      type: z.string(),
      options: z.array(choice(z.string())),
    }),
  ),
  problems: sentences,
});
export type PortalResponse = z.infer<typeof portalResponseSchema>;

/** `confirmation` must be the account's number, typed by the person who wants it. */
export const removePropertiesRequestSchema = z.strictObject({ confirmation: z.string().max(100) });
export const removePropertiesResponseSchema = z.strictObject({
  state: z.enum(['removed', 'unconfirmed', 'forbidden', 'refused']),
  sentence: z.string(),
});
export type RemovePropertiesResponse = z.infer<typeof removePropertiesResponseSchema>;
