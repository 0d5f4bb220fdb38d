/** The card of one company, assembled from what is known. Pure. */
import { describeDefinition, verdictSentence } from '../assess/sentences.ts';
import { choosePlay } from '../engage/choose.ts';
import type { Recommendation } from '../engage/recommend.ts';
import { dayIn } from '../engage/words.ts';
import { toIso, type Day } from '../model/instant.ts';
import { kindNames } from '../model/kind.ts';
import type { Owner, Partner } from '../model/partner.ts';
import type { SyncedPartner } from '../store/partners.ts';
import type { PartnerDefinition, SettingsVersion } from '../model/settings.ts';
import { statusNames, type Reason, type Verdict } from '../model/verdict.ts';
import type { Acting } from './acting.ts';
import type { CardPartner, CardResponse } from './contract.ts';
import type { Freshness } from './freshness.ts';
import { recordedOf } from './recorded.ts';

export type CardFacts = {
  /** Null when the company is no partner, or none that a sync has seen. */
  readonly partner: SyncedPartner | null;
  /** Null before the first judgement. */
  readonly verdict: Verdict | null;
  readonly owner: Owner | null;
  /** The definition in force, which the verdict may not have been made under yet; null before the first. */
  readonly settings: SettingsVersion | null;
  readonly freshness: Freshness;
  readonly recommendation: Recommendation | null;
  /** Until when (exclusive) the partner is left alone; null where it is not. */
  readonly heldOutUntil: Day | null;
  /** The portal's, for days. */
  readonly timeZone: string;
  /** As of now; null where the verdict has none. */
  readonly rhythm: CardPartner['rhythm'];
};

/** @param access of whoever looks */
export function cardOf(facts: CardFacts, access: Acting): CardResponse {
  const { partner, verdict, settings, freshness } = facts;
  if (settings === null) {
    return {
      state: 'not_judged_yet',
      sentence: 'Rekindle has no definition of an inactive partner yet. An administrator chooses one first.',
    };
  }
  if (partner === null) {
    // Before the first sync nobody can say whether the company is a partner.
    return freshness.syncedAt === null
      ? { state: 'not_judged_yet', sentence: `${freshness.sentence} The first run will judge every partner.` }
      : { state: 'not_a_partner', definition: definitionSentence(settings.settings.partnerDefinition) };
  }
  if (verdict === null) {
    return {
      state: 'not_judged_yet',
      sentence: `This partner has not been judged yet; the next run will do so. ${freshness.sentence}`,
    };
  }
  return { ...judgedCard(partner, verdict, settings, facts), access };
}

function judgedCard(
  partner: SyncedPartner,
  verdict: Verdict,
  settings: SettingsVersion,
  { owner, freshness, recommendation, heldOutUntil, timeZone, rhythm }: CardFacts,
): Omit<CardPartner, 'access'> {
  return {
    state: 'judged',
    partner: { id: partner.id, name: partnerName(partner), owner: owner?.name ?? null },
    status: {
      value: verdict.status,
      label: statusNames[verdict.status],
      // A first verdict finds partners that have been inactive for long: since then, not since we looked.
      since: verdict.inactiveSince ?? dayIn(timeZone, verdict.statusChangedAt),
      previous: verdict.previousStatus === null ? null : statusNames[verdict.previousStatus],
      sentence: verdictSentence(verdict, timeZone),
    },
    health:
      verdict.health === null
        ? null
        : {
            score: verdict.health,
            contributions: verdict.contributions.map(({ label, points }) => ({ label, points })),
          },
    reasons: verdict.reasons.map(reasonLine),
    unknowns: verdict.unknowns.map(({ sentence }) => sentence),
    lastActivity: lastActivityOf(verdict, timeZone),
    expectedInactiveDay: verdict.expectedInactiveDay,
    rhythm,
    recommendation,
    // Whom nothing is recommended for anyhow, acting would bring nothing: it is excluded, or nobody knows how it stands.
    holdOut: heldOutUntil === null || choosePlay(verdict, timeZone) === null ? null : holdOutOf(heldOutUntil),
    recorded: recordedOf(partner),
    freshness,
    settings: {
      version: settings.version,
      sentence: definitionInForce(settings, partner, verdict, timeZone),
    },
  };
}

/** The footer must not claim that a verdict follows a definition which came after it. */
function definitionInForce(
  { version, settings }: SettingsVersion,
  partner: Partner,
  { settingsVersion }: Verdict,
  timeZone: string,
): string {
  const sentence = describeDefinition(settings, partner, timeZone);
  return settingsVersion === version
    ? sentence
    : `${sentence} The verdict above still follows definition ${settingsVersion}; the next run applies this one.`;
}

function holdOutOf(until: Day): CardPartner['holdOut'] {
  return {
    until,
    sentence:
      'Leave it alone until then: it was drawn to be one of the partners that the others are compared with. ' +
      'Nothing is recommended for it, it is on nobody’s list, and workflows pass it by.',
    consequences:
      'If you act anyway, it gets its recommendation at once, workflows find it again, and this spell counts no more in ' +
      'what re-engaging brings. It is noted that you did.',
  };
}

/** What people call the partner; a company without a name is known by its domain or its record id. */
function partnerName({ name, domain, id }: Partner): string {
  return name ?? domain ?? `Company ${id}`;
}

function reasonLine(reason: Reason): CardPartner['reasons'][number] {
  return {
    code: reason.code,
    severity: reason.severity,
    sentence: reason.sentence,
    counterfactual: reason.counterfactual,
    since: reason.since,
    asOf: toIso(reason.asOf),
  };
}

function lastActivityOf(
  { lastActivityAt, lastActivityKind }: Verdict,
  timeZone: string,
): CardPartner['lastActivity'] {
  if (lastActivityAt === null || lastActivityKind === null) {
    return null;
  }
  const name = kindNames[lastActivityKind];
  return {
    day: dayIn(timeZone, lastActivityAt),
    kind: lastActivityKind,
    label: name.charAt(0).toUpperCase() + name.slice(1),
  };
}

function definitionSentence(definition: PartnerDefinition): string {
  switch (definition.by) {
    case 'property':
      return `A partner is a company whose property “${definition.property}” is ${definition.values.join(' or ')}.`;
    case 'list':
      return `A partner is a company in the HubSpot list ${definition.listId}.`;
  }
}
