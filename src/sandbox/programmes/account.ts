/** The account itself: people who own records, and the keys an app of it would hold. */
import type { PortalSeed, SeedOwner } from '../seed.ts';
import { drawPerson, emailOf } from './names.ts';
import type { Random } from './random.ts';

const ownerDomain = 'vendor.example';

/** Five to eight people. The last one has left: archived, and still the owner of records. The first is super admin. */
export function drawOwners(random: Random): SeedOwner[] {
  const count = random.integer(5, 8);
  return Array.from({ length: count }, (_, index) => {
    const person = drawPerson(random);
    return {
      id: String(61_200_000 + index * 1_013),
      // `hubspot_owner_id` is `id`, not `userId` (hubspot-api.md 7): here they cannot be mistaken for each other.
      userId: String(7_400_100 + index * 7),
      email: emailOf(person, ownerDomain).replace('@', `${index + 1}@`),
      ...person,
      archived: index === count - 1,
      superAdmin: index === 0,
    };
  });
}

/** Secrets of an account that exists nowhere, in the shape of HubSpot's. */
export function drawKeys(random: Random): Pick<PortalSeed, 'appId' | 'accessToken' | 'clientSecret'> {
  return {
    appId: String(random.integer(5_000_000, 5_999_999)),
    accessToken: `pat-eu1-${uuid(random)}`,
    clientSecret: uuid(random),
  };
}

function uuid(random: Random): string {
  return [8, 4, 4, 4, 12]
    .map((length) => Array.from({ length }, () => random.integer(0, 15).toString(16)).join(''))
    .join('-');
}
