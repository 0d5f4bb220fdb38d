/** Companies that are no partners: customers, prospects, suppliers. Their deals and engagements are nobody's activity. */
import { millisecondsPerDay } from '../../model/instant.ts';
import { addPeople, companyProperties } from './companies.ts';
import { addDeal, drawAmount, drawOutcome, salesPipeline } from './deals.ts';
import { addOutreach, addPartnerEngagement } from './engagements.ts';
import type { CompanyName } from './names.ts';
import type { PortalBuilder } from './portal-builder.ts';
import type { Random } from './random.ts';

const roles = [
  { type: null, lifecyclestage: 'customer', weight: 0.4 },
  { type: 'PROSPECT', lifecyclestage: 'opportunity', weight: 0.4 },
  { type: 'VENDOR', lifecyclestage: 'other', weight: 0.2 },
] as const;

/** Returns the company's id, and whether it buys: customers hang on partners' deals too. */
export function addBystander(
  builder: PortalBuilder,
  random: Random,
  companyName: CompanyName,
  currency: string,
  ownerId: string,
): { readonly companyId: string; readonly buys: boolean } {
  const roll = random.next();
  const role =
    roll < roles[0].weight ? roles[0] : roll < roles[0].weight + roles[1].weight ? roles[1] : roles[2];
  const createdAt = Math.floor(builder.now - random.between(20, 1_500) * millisecondsPerDay);
  const companyId = builder.add('company', {
    properties: {
      ...companyProperties(random, companyName, ownerId),
      lifecyclestage: role.lifecyclestage,
      ...(role.type === null ? {} : { type: role.type }),
    },
    createdAt,
  });
  const buys = role.lifecyclestage === 'customer';
  const contactIds = addPeople(builder, random, companyId, companyName.domain, createdAt);
  const who = { companyId, ownerId, contactId: contactIds[0] ?? null };
  const between = () => Math.floor(random.between(createdAt, builder.now));
  for (let deals = buys ? random.integer(0, 2) : 0; deals > 0; deals -= 1) {
    const dealCreatedAt = between();
    addDeal(builder, random, {
      companyIds: [companyId],
      name: `Direct business ${random.integer(1, 999)}`,
      pipeline: salesPipeline,
      ...drawOutcome(random, dealCreatedAt, builder.now, builder.now),
      createdAt: dealCreatedAt,
      amount: drawAmount(random, 5_000),
      currency,
      ownerId,
    });
  }
  for (let count = random.integer(0, 2); count > 0; count -= 1)
    addPartnerEngagement(builder, random, who, between());
  for (let count = random.integer(0, 2); count > 0; count -= 1) addOutreach(builder, random, who, between());
  return { companyId, buys };
}
