/** Company properties that the sample accounts' administrators made, in HubSpot's terms. */
import type { SeedProperty } from '../seed.ts';
import type { Option } from './programme.ts';

const groupName = 'partner_programme';

function selectProperty(name: string, label: string, options: readonly Option[]): SeedProperty {
  return { name, label, type: 'enumeration', fieldType: 'select', groupName, options };
}

export function dateProperty(name: string, label: string): SeedProperty {
  return { name, label, type: 'date', fieldType: 'date', groupName, options: [] };
}

export function textProperty(name: string, label: string): SeedProperty {
  return { name, label, type: 'string', fieldType: 'text', groupName, options: [] };
}

/** The names every sample programme uses for what it knows of its partners. */
export const partnerProperties = {
  partnerType: 'partner_type',
  tier: 'partner_tier',
  region: 'partner_region',
  externalId: 'partner_key',
  joinedAt: 'partner_since',
} as const;

export function commonProperties(
  partnerTypes: readonly Option[],
  tiers: readonly Option[],
  regions: readonly Option[],
): SeedProperty[] {
  return [
    selectProperty(partnerProperties.partnerType, 'Partner type', partnerTypes),
    selectProperty(partnerProperties.tier, 'Partner tier', tiers),
    selectProperty(partnerProperties.region, 'Partner region', regions),
    textProperty(partnerProperties.externalId, 'Partner key'),
    dateProperty(partnerProperties.joinedAt, 'Partner since'),
  ];
}

export const commonMapping = {
  partnerTypeProperty: partnerProperties.partnerType,
  tierProperty: partnerProperties.tier,
  regionProperty: partnerProperties.region,
  externalIdProperty: partnerProperties.externalId,
  joinedAtProperty: partnerProperties.joinedAt,
  individualRateProperty: null,
} as const;

export const europeanRegions: readonly Option[] = [
  { label: 'DACH', value: 'dach' },
  { label: 'Nordics', value: 'nordics' },
  { label: 'Benelux and France', value: 'benelux_france' },
  { label: 'Southern Europe', value: 'southern_europe' },
  { label: 'UK and Ireland', value: 'uk_ireland' },
];
