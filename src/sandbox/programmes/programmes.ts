/**
 * Sample accounts, one per kind of partner programme, synthetic and made to measure (domain.md section 9). The same
 * options give the same account to the last byte; nothing in it is dated after `now` but meetings and tasks to come.
 */
import type { Activity } from '../../model/activity.ts';
import { dayOf, millisecondsPerDay, type Instant } from '../../model/instant.ts';
import type { PortalSeed } from '../seed.ts';
import { drawKeys, drawOwners } from './account.ts';
import { affiliate } from './affiliate.ts';
import { addBystander } from './bystanders.ts';
import { distributor } from './distributor.ts';
import { createCompanyNames } from './names.ts';
import { addArchivedPartner, addHistory, addPartner } from './partners.ts';
import { createPortalBuilder } from './portal-builder.ts';
import type { Programme, Scene } from './programme.ts';
import { createRandom } from './random.ts';
import { reseller } from './reseller.ts';
import { dealStories, type Calendar } from './stories.ts';

export const programmeNames = ['reseller', 'affiliate', 'distributor'] as const;
export type ProgrammeName = (typeof programmeNames)[number];

const programmes: Readonly<Record<ProgrammeName, Programme>> = { reseller, affiliate, distributor };

export type ProgrammeOptions = {
  readonly programme: ProgrammeName;
  /** Living partner companies. */
  readonly partners: number;
  readonly seed: number;
  readonly now: Instant;
  /** Companies that are no partners; as many as partners unless told otherwise. */
  readonly otherCompanies?: number;
};

/** Domain.md section 9: "1 tracking break on 9 partners at once". */
const partnersHitByBreak = 9;
const breakDaysAgo = 60;
const archivedShare = 0.02;

export function createProgramme(options: ProgrammeOptions): PortalSeed {
  const { partners: partnerCount, seed, now, otherCompanies = partnerCount } = options;
  const programme = programmes[options.programme];
  const { timeZone, currency, portalId } = programme.account;
  const random = createRandom(seed, -1);
  const owners = drawOwners(random);
  const keys = drawKeys(random);
  const builder = createPortalBuilder(now, programme.settings.mapping);
  const calendar = calendarOf(programme, now);
  const request = { programme, calendar, owners, seed };
  const nextName = createCompanyNames(random, programme.trades);

  const partners = dealStories(random, partnerCount, programme.shares, partnersHitByBreak).map(
    (story, index) => addPartner(builder, request, index, story, nextName()),
  );
  const bystanders = Array.from({ length: otherCompanies }, () =>
    addBystander(builder, random, nextName(), currency, random.pick(owners).id),
  );
  const otherSystems: Activity[] = [];
  const scene: Scene = {
    builder,
    currency,
    customers: bystanders.filter(({ buys }) => buys).map(({ companyId }) => companyId),
    sellers: partners.filter(({ story }) => story === 'sells'),
    otherSystems,
  };
  for (const partner of partners) addHistory(scene, partner, programme, calendar);
  for (let index = 0; index < Math.ceil(partnerCount * archivedShare); index += 1) {
    addArchivedPartner(scene, request, partnerCount + index, nextName());
  }

  return {
    portalId,
    ...keys,
    timeZone,
    currency,
    tier: 'professional',
    owners,
    pipelines: programme.pipelines,
    companyProperties: programme.properties,
    records: builder.records,
    associations: builder.associations,
    otherSystems: otherSystems.sort((one, other) => one.occurredAt - other.occurredAt),
    settings: { ...programme.settings, programme: programme.voice(dayOf(now, timeZone)) },
    truth: builder.truth(),
  };
}

function calendarOf({ historyDays, stoppedDaysAgo, brokenStreams }: Programme, now: Instant): Calendar {
  const breakDay = Math.floor(now / millisecondsPerDay) - breakDaysAgo;
  return { now, historyDays, stoppedDaysAgo, brokenStreams, breakAt: breakDay * millisecondsPerDay };
}
