/** What every company in a sample account has, partner or not. */
import type { Instant } from '../../model/instant.ts';
import { drawPerson, emailOf, type CompanyName } from './names.ts';
import type { PortalBuilder } from './portal-builder.ts';
import type { Random } from './random.ts';

export function companyProperties(
  random: Random,
  { name, domain, city }: CompanyName,
  ownerId: string | null,
): Record<string, string> {
  return {
    name,
    city,
    // A company that someone typed in by hand may have no domain.
    ...(random.chance(0.97) ? { domain } : {}),
    ...(ownerId === null ? {} : { hubspot_owner_id: ownerId }),
  };
}

export function addPeople(
  builder: PortalBuilder,
  random: Random,
  companyId: string,
  domain: string,
  createdAt: Instant,
): string[] {
  return Array.from({ length: random.integer(0, 2) }, () => {
    const person = drawPerson(random);
    const properties = {
      firstname: person.firstName,
      lastname: person.lastName,
      email: emailOf(person, domain),
    };
    const id = builder.add('contact', { properties, createdAt });
    builder.link('contact', id, 'company', companyId);
    return id;
  });
}
