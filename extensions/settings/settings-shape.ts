import type { Rule, Settings } from '../../src/model/settings.ts';
import { count, list, nullable, oneOf, shape, text, truth, type Decoder } from '../shared/decode.ts';

const audience = shape({
  partnerTypes: list(text),
  tiers: list(text),
  regions: list(text),
  joinedSince: nullable(text),
  joinedBefore: nullable(text),
});
const common = { id: text, behaviour: text, windowDays: count, severity: text, audience };
const rules: Readonly<Record<Rule['test'], Decoder<object>>> = {
  absence: shape({ ...common, minimum: count }),
  decline: shape({ ...common, drop: count, baselineMinimum: count }),
  conversion: shape({ ...common, minimumClicks: count }),
};
const rule: Decoder<object> = (value, at) => {
  const { test } = shape({ test: oneOf(['absence', 'decline', 'conversion']) })(value, at);
  return rules[test](value, at);
};

const definitions: Readonly<Record<'property' | 'list', Decoder<object>>> = {
  property: shape({ property: text, values: list(text) }),
  list: shape({ listId: text }),
};
const definition: Decoder<object> = (value, at) => {
  const { by } = shape({ by: oneOf(['property', 'list']) })(value, at);
  return definitions[by](value, at);
};

const worths: Readonly<Record<'percent' | 'money', Decoder<object>>> = {
  percent: shape({ percent: text }),
  money: shape({ amount: text, currency: text }),
};
const worth: Decoder<object> = (value, at) => {
  const unit = shape({ in: oneOf(['percent', 'money']) })(value, at);
  return worths[unit.in](value, at);
};
const incentive: Decoder<object> = (value, at) => {
  const { kind } = shape({ kind: text, worth, daysValid: count })(value, at);
  return kind === 'exclusive_voucher' ? shape({ codePrefix: text })(value, at) : {};
};

/** Everything that this page shows or changes. */
const known = shape({
  preset: text,
  partnerDefinition: definition,
  mapping: shape({
    deals: list(shape({ pipelines: nullable(list(text)), created: nullable(text), won: nullable(text) })),
    partnerTypeProperty: nullable(text),
    tierProperty: nullable(text),
    regionProperty: nullable(text),
    externalIdProperty: nullable(text),
    joinedAtProperty: nullable(text),
    individualRateProperty: nullable(text),
    activityDates: list(shape({ property: text, kind: text })),
  }),
  rules: list(rule),
  combination: oneOf(['any', 'all']),
  graceDays: count,
  momentumDays: count,
  warningDays: count,
  falseAlarmShare: count,
  capacityPerOwner: count,
  holdOut: shape({
    share: count,
    exemptHighPotential: truth,
    exemptTiers: list(text),
    exemptPartnerIds: list(text),
  }),
  brake: shape({ share: count, minimum: count }),
  schedule: shape({ timeUtc: text }),
  writeBack: truth,
  quota: shape({ burstShare: nullable(count), dailyShare: count }),
  programme: shape({
    name: text,
    sellingPoint: text,
    commissionRates: text,
    currentOffers: list(shape({ title: text, until: nullable(text) })),
    upcomingOffers: list(shape({ title: text, from: text, until: nullable(text) })),
    feedback: text,
    incentives: list(incentive),
  }),
  excludedPartnerIds: list(text),
});

/**
 * Settings as they came, once everything that the page touches has been found in them: what a newer server has besides
 * goes back with the next save instead of being lost. Whether a value is one the model knows, the server judges.
 */
export const wholeSettings: Decoder<Settings> = (value, at) => {
  known(value, at);
  return value as Settings;
};
