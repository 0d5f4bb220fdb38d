/**
 * What the programme says of itself to its partners, in the administrator's own words: messages to partners are made of
 * it. All of it may be empty; a message that needs what is empty is not sent. The zod messages are read by administrators.
 */
import { z } from 'zod';

/** Fields of mailing tools: `{{name}}`, `{name}`, `[[name]]`, `%NAME%`, `*|NAME|*`. */
const mergeField = /[{}]|\[\[|\]\]|%[a-z_]+%|\*\||\|\*/i;

/** Nobody fills such a field in: a partner would read it as it stands. */
export function hasMergeField(text: string): boolean {
  return mergeField.test(text);
}

const plainText = (most: number): z.ZodType<string> =>
  z
    .string()
    .trim()
    .max(most, `must be at most ${most} characters`)
    .refine(
      (text) => !hasMergeField(text),
      'write plain text: nobody fills in fields such as {{name}} or %NAME%, and a partner would read them as they stand',
    );

const title = plainText(200).refine((text) => text !== '', 'write what the offer is');

const day = z.iso.date('write a day that exists, such as 2026-03-31');
const lastDay = day.nullable().default(null);

/** `until` is its last day; null for an offer without an end. */
const currentOffer = z.strictObject({ title, until: lastDay });
const upcomingOffer = z
  .strictObject({ title, from: day, until: lastDay })
  .refine(({ from, until }) => until === null || from <= until, {
    path: ['until'],
    message: 'must not be before the offer begins',
  });

function isAddress(text: string): boolean {
  return z.email().safeParse(text).success || z.url({ protocol: /^https$/ }).safeParse(text).success;
}

const percent = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,2})?$/, 'write a percentage such as "2.5"')
  .refine((text) => Number(text) > 0 && Number(text) <= 100, 'must be more than 0 and at most 100');
const amount = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,2})?$/, 'write an amount such as "50.00"')
  .refine((text) => Number(text) > 0, 'must be more than 0');

/** The most that may be offered; money is decimal text with its currency. */
const worth = z.discriminatedUnion('in', [
  z.strictObject({ in: z.literal('percent'), percent }),
  z.strictObject({
    in: z.literal('money'),
    amount,
    currency: z.string().regex(/^[A-Z]{3}$/, 'write a currency such as EUR'),
  }),
]);
export type Worth = z.infer<typeof worth>;

const daysValid = z
  .int('must be a whole number of days')
  .min(1, 'must be at least 1 day')
  .max(365, 'must be at most 365 days: what never ends is no incentive');

/** A16, A17, A18 of domain.md. */
const allowedIncentive = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('temporary_commission'), worth, daysValid }),
  z.strictObject({
    kind: z.literal('exclusive_voucher'),
    worth,
    daysValid,
    codePrefix: z.string().regex(/^[A-Z0-9]{2,12}$/, 'use 2 to 12 capital letters and digits, such as BACK'),
  }),
  z.strictObject({ kind: z.literal('first_sale_bonus'), worth, daysValid }),
]);
export type AllowedIncentive = z.infer<typeof allowedIncentive>;
export type IncentiveKind = AllowedIncentive['kind'];

export const voiceSchema = z.strictObject({
  name: plainText(120).default(''),
  /** Who the programme is and what makes it worth a partner's work (A10). */
  sellingPoint: plainText(600).default(''),
  commissionRates: plainText(600).default(''),
  currentOffers: z.array(currentOffer).max(20, 'must be at most 20 offers').default([]),
  upcomingOffers: z.array(upcomingOffer).max(20, 'must be at most 20 offers').default([]),
  /** Where partners say why they stopped (A15): an email address or a form. */
  feedback: z
    .string()
    .trim()
    .max(300, 'must be at most 300 characters')
    .refine(
      (text) => text === '' || (isAddress(text) && !hasMergeField(text)),
      'write an email address, or the address of a form that begins with https://',
    )
    .default(''),
  /** What partner managers may offer, at most one of each kind; none: nobody may offer anything. */
  incentives: z
    .array(allowedIncentive)
    .refine(
      (all) => new Set(all.map(({ kind }) => kind)).size === all.length,
      'name each kind of incentive once',
    )
    .default([]),
});
export type Voice = z.infer<typeof voiceSchema>;

/** Before anybody filled it in, and for settings that are older than it. */
export const silentVoice: Voice = {
  name: '',
  sellingPoint: '',
  commissionRates: '',
  currentOffers: [],
  upcomingOffers: [],
  feedback: '',
  incentives: [],
};
