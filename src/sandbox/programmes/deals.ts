/** Deals and the pipelines they live in. */
import { millisecondsPerDay, toIso, type Instant } from '../../model/instant.ts';
import type { SeedPipeline } from '../seed.ts';
import { dealKinds, type PortalBuilder } from './portal-builder.ts';
import type { Random } from './random.ts';

export const salesPipeline: SeedPipeline = {
  id: 'default',
  label: 'Sales Pipeline',
  stages: [
    stage('appointmentscheduled', 'Appointment Scheduled', false, '0.2'),
    stage('contractsent', 'Contract Sent', false, '0.9'),
    stage('closedwon', 'Closed Won', true, '1.0'),
    stage('closedlost', 'Closed Lost', true, '0.0'),
  ],
};

/** A pipeline as administrators make them: its stages have numbers for ids, which differ per pipeline. */
export function pipeline(
  id: string,
  label: string,
  stageLabels: { readonly open: string; readonly won: string; readonly lost: string },
): SeedPipeline {
  return {
    id,
    label,
    stages: [
      stage(`${id}1`, stageLabels.open, false, '0.4'),
      stage(`${id}2`, stageLabels.won, true, '1.0'),
      stage(`${id}3`, stageLabels.lost, true, '0.0'),
    ],
  };
}

function stage(
  id: string,
  label: string,
  isClosed: boolean,
  probability: string,
): SeedPipeline['stages'][number] {
  return { id, label, isClosed, probability };
}

function stageFor({ stages }: SeedPipeline, outcome: DealOutcome): string {
  const wanted = { open: [false, '0'], won: [true, '1.0'], lost: [true, '0.0'] } as const;
  const [isClosed, probability] = wanted[outcome];
  const found = stages.find(
    (stage) => stage.isClosed === isClosed && (outcome === 'open' || stage.probability === probability),
  );
  if (found === undefined) throw new Error(`The pipeline has no stage for deals that are ${outcome}.`);
  return found.id;
}

export type DealOutcome = 'open' | 'won' | 'lost';
export type NewDeal = {
  readonly companyIds: readonly string[];
  readonly name: string;
  readonly pipeline: SeedPipeline;
  readonly outcome: DealOutcome;
  readonly createdAt: Instant;
  /** The day it closed; for open deals the day it was expected to, which may be past. Null where nobody said. */
  readonly closeAt: Instant | null;
  readonly amount: string | null;
  readonly currency: string;
  readonly ownerId: string | null;
  readonly archivedAt?: Instant;
};

const lostReasons = ['Price', 'Competitor', 'No budget', 'No decision'] as const;

/** Adds a deal, links it to its companies, and lets the truth know what the mapping makes of it. */
export function addDeal(builder: PortalBuilder, random: Random, deal: NewDeal): string {
  const { outcome, closeAt, createdAt } = deal;
  const id = builder.add('deal', {
    properties: {
      dealname: deal.name,
      pipeline: deal.pipeline.id,
      dealstage: stageFor(deal.pipeline, outcome),
      hs_is_closed: String(outcome !== 'open'),
      hs_is_closed_won: String(outcome === 'won'),
      hs_is_closed_lost: String(outcome === 'lost'),
      deal_currency_code: deal.currency,
      ...(deal.amount === null ? {} : { amount: deal.amount }),
      ...(closeAt === null ? {} : { closedate: toIso(closeAt) }),
      ...(deal.ownerId === null ? {} : { hubspot_owner_id: deal.ownerId }),
      ...(outcome === 'lost' ? { closed_lost_reason: random.pick(lostReasons) } : {}),
    },
    createdAt,
    updatedAt: outcome === 'open' || closeAt === null ? createdAt : closeAt,
    ...(deal.archivedAt === undefined ? {} : { archivedAt: deal.archivedAt }),
  });
  const kinds = dealKinds(builder.mapping, deal.pipeline.id);
  for (const companyId of deal.companyIds) {
    builder.link('deal', id, 'company', companyId);
    if (deal.archivedAt !== undefined) continue;
    builder.witness(companyId, kinds.created, createdAt);
    if (outcome === 'won' && closeAt !== null) builder.witness(companyId, kinds.won, closeAt);
  }
  return id;
}

/** An amount around `mean`, in whole cents. */
export function drawAmount(random: Random, mean: number): string {
  return (Math.max(100, Math.round(random.gamma(1.3, mean) * 100)) / 100).toFixed(2);
}

/** How a deal that began at `createdAt` went: won only before `winBefore`; lost or open where that did not come true. */
export function drawOutcome(
  random: Random,
  createdAt: Instant,
  winBefore: Instant,
  now: Instant,
): { outcome: DealOutcome; closeAt: Instant | null } {
  const closeAt = Math.floor(createdAt + random.between(12, 80) * millisecondsPerDay);
  if (closeAt >= now) return { outcome: 'open', closeAt: null };
  const roll = random.next();
  if (roll < 0.5 && closeAt < winBefore) return { outcome: 'won', closeAt };
  // The rest stays open under a close date that has passed, as it does in every CRM: closed is what HubSpot says it is.
  return { outcome: roll < 0.85 ? 'lost' : 'open', closeAt };
}
