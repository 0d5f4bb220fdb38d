/** From HubSpot's companies to partners in the house's words. Pure. */
import { propertyKeys, propertyName, propertyNamePrefix } from '../hubspot/properties.ts';
import type { Company } from '../model/record.ts';
import type { Settings } from '../model/settings.ts';
import type { SyncedPartner } from '../store/partners.ts';
import { parseDateProperty } from './derive.ts';

/** What has to be read of a company to know it as a partner: what marks partners, the mapped properties and our own. */
export function partnerProperties(settings: Settings): string[] {
  const { mapping, partnerDefinition } = settings;
  const mapped = [
    partnerDefinition.by === 'property' ? partnerDefinition.property : null,
    mapping.partnerTypeProperty,
    mapping.tierProperty,
    mapping.regionProperty,
    mapping.externalIdProperty,
    mapping.joinedAtProperty,
    mapping.individualRateProperty,
    ...mapping.activityDates.map(({ property }) => property),
  ].filter((name) => name !== null);
  return [...new Set([...mapped, ...propertyKeys.map(propertyName)])];
}

/** A company in the house's words. Where no property tells when a partner joined, it joined when HubSpot first knew it. */
export function partnerOf(company: Company, settings: Settings, timeZone: string): SyncedPartner {
  const { mapping } = settings;
  const read = (property: string | null): string | null =>
    property === null ? null : company.properties[property] || null;
  return {
    id: company.id,
    name: company.name,
    domain: company.domain,
    ownerId: company.ownerId,
    partnerType: read(mapping.partnerTypeProperty),
    tier: read(mapping.tierProperty),
    region: read(mapping.regionProperty),
    externalId: read(mapping.externalIdProperty),
    individualRate: read(mapping.individualRateProperty),
    joinedAt: parseDateProperty(read(mapping.joinedAtProperty), timeZone) ?? company.createdAt,
    snoozedUntil: read(propertyName('snoozed_until')),
    updatedAt: company.updatedAt,
    mergedIds: company.mergedIds,
    published: Object.fromEntries(
      Object.entries(company.properties).filter(([name]) => name.startsWith(propertyNamePrefix)),
    ),
  };
}

/** Whether a company shows a verdict of ours. A partner does; anybody else is to be cleared. */
export function showsVerdict({ properties }: Company): boolean {
  return (properties[propertyName('status')] ?? '') !== '';
}
