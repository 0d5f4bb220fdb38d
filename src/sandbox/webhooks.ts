/**
 * Webhooks (hubspot-api.md 7.1): every change of the account as events, at most 100 per delivery, signed, sent again
 * when the receiver does not answer with success within five seconds.
 */
import type { Instant } from '../model/instant.ts';
import { signatureV3 } from './signature.ts';
import type { Change } from './portal/change.ts';
import { objectTypeOf } from './portal/object-types.ts';
import { defaultType } from './portal/association-types.ts';
import type { Portal } from './portal/portal.ts';
import type { SeedType } from './seed.ts';

export type WebhookOptions = {
  /** Where events are posted. */
  readonly target: string;
  /** What is signed: the URL under which HubSpot would call; differs from the target behind a proxy. */
  readonly publicUrl: string;
  /** Waiting time before each further attempt; HubSpot makes up to ten over 24 hours. */
  readonly retryDelaysMs: readonly number[];
  /** The time that deliveries are signed with. */
  readonly clock: () => Instant;
};

export type WebhookEvent = Readonly<Record<string, unknown>> & { readonly attemptNumber: number };

const eventsPerDelivery = 100;
const answerWithinMs = 5000;

export class WebhookSender {
  readonly #portal: Portal;
  readonly #options: WebhookOptions;
  #queue: WebhookEvent[] = [];
  #running: Promise<void> | null = null;
  #nextEventId = 1;
  readonly #stop = new AbortController();
  /** Deliveries given up after the last attempt. */
  abandoned = 0;

  constructor(portal: Portal, options: WebhookOptions) {
    this.#portal = portal;
    this.#options = options;
    portal.observe((change) => this.#queueEvents(change));
  }

  /** Resolves when every event so far has been delivered or given up. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async close(): Promise<void> {
    this.#queue = [];
    this.#stop.abort();
    await this.settled();
  }

  #queueEvents(change: Change): void {
    if (this.#stop.signal.aborted) return;
    for (const event of eventsOf(this.#portal, change)) {
      this.#queue.push({ ...event, eventId: this.#nextEventId, attemptNumber: 0 });
      this.#nextEventId += 1;
    }
    this.#running ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // Let a burst of changes collect first, so that it travels in full deliveries.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    while (this.#queue.length > 0) await this.#deliver(this.#queue.splice(0, eventsPerDelivery));
    this.#running = null;
  }

  async #deliver(events: readonly WebhookEvent[]): Promise<void> {
    const attempts = [0, ...this.#options.retryDelaysMs];
    for (const [attemptNumber, delayMs] of attempts.entries()) {
      if (delayMs > 0) await pause(delayMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (await this.#post(events.map((event) => ({ ...event, attemptNumber })))) return;
    }
    this.abandoned += 1;
  }

  /** Whether the receiver took it. */
  async #post(events: readonly WebhookEvent[]): Promise<boolean> {
    const { target, publicUrl, clock } = this.#options;
    const body = JSON.stringify(events);
    const timestampMs = clock();
    const signature = signatureV3(this.#portal.seed.clientSecret, {
      method: 'POST',
      url: publicUrl,
      body,
      timestampMs,
    });
    try {
      const answer = await fetch(target, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-hubspot-signature-v3': signature,
          'x-hubspot-request-timestamp': String(timestampMs),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(answerWithinMs), this.#stop.signal]),
      });
      await answer.arrayBuffer();
      return answer.ok;
    } catch (error) {
      // A receiver that is away or slow is what retries are for; anything else is our own mistake.
      if (error instanceof TypeError || error instanceof DOMException) return false;
      throw error;
    }
  }
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function eventsOf(portal: Portal, change: Change): Readonly<Record<string, unknown>>[] {
  const common = {
    portalId: Number(portal.seed.portalId),
    appId: Number(portal.seed.appId),
    occurredAt: change.at,
    subscriptionId: 1,
    changeSource: change.source,
    ...(change.source === 'INTEGRATION' ? { sourceId: portal.seed.appId } : {}),
  };
  const about = (type: SeedType, id: string) => ({
    ...common,
    objectId: numeric(id),
    objectTypeId: objectTypeOf(type).typeId,
  });
  switch (change.kind) {
    case 'creation':
      return [
        {
          ...about(change.record.type, change.record.id),
          subscriptionType: 'object.creation',
          changeFlag: 'CREATED',
        },
      ];
    case 'update':
      return Object.entries(change.changed).map(([propertyName, propertyValue]) => ({
        ...about(change.type, change.id),
        subscriptionType: 'object.propertyChange',
        propertyName,
        propertyValue,
      }));
    case 'restore':
      return [
        { ...about(change.type, change.id), subscriptionType: 'object.restore', changeFlag: 'RESTORED' },
      ];
    case 'deletion':
      return [
        { ...about(change.type, change.id), subscriptionType: 'object.deletion', changeFlag: 'DELETED' },
      ];
    case 'erasure':
      return [erasure(about(change.type, change.id), change.type)];
    case 'merge':
      return mergeEvents(about, change);
    case 'association':
      return associationEvents(portal, common, change);
  }
}

/** Only contacts have a privacy event; other records are simply deleted (hubspot-api.md 7.1). */
function erasure(
  common: Readonly<Record<string, unknown>>,
  type: SeedType,
): Readonly<Record<string, unknown>> {
  return type === 'contact'
    ? { ...common, subscriptionType: 'contact.privacyDeletion', changeFlag: 'DELETED' }
    : { ...common, subscriptionType: 'object.deletion', changeFlag: 'DELETED' };
}

/** A merge tells of itself and of the record that is gone, but of no property change (hubspot-api.md 7.1). */
function mergeEvents(
  about: (type: SeedType, id: string) => Readonly<Record<string, unknown>>,
  { survivor, primaryId, mergedId, propertiesMoved }: Extract<Change, { kind: 'merge' }>,
): Readonly<Record<string, unknown>>[] {
  const merge = {
    ...about(survivor.type, survivor.id),
    subscriptionType: 'object.merge',
    primaryObjectId: numeric(primaryId),
    mergedObjectIds: [numeric(mergedId)],
    newObjectId: numeric(survivor.id),
    numberOfPropertiesMoved: propertiesMoved,
  };
  const deletion = {
    ...about(survivor.type, mergedId),
    subscriptionType: 'object.deletion',
    changeFlag: 'DELETED',
  };
  return [merge, deletion];
}

/** One event per direction, as subscriptions are per object type. */
function associationEvents(
  portal: Portal,
  common: Readonly<Record<string, unknown>>,
  { association, removed }: Extract<Change, { kind: 'association' }>,
): Readonly<Record<string, unknown>>[] {
  const { fromType, fromId, toType, toId } = association;
  const event = (oneType: SeedType, oneId: string, otherType: SeedType, otherId: string) => ({
    ...common,
    subscriptionType: 'object.associationChange',
    objectTypeId: objectTypeOf(oneType).typeId,
    fromObjectId: numeric(oneId),
    toObjectId: numeric(otherId),
    fromObjectTypeId: objectTypeOf(oneType).typeId,
    toObjectTypeId: objectTypeOf(otherType).typeId,
    associationTypeId: defaultType(oneType, otherType)?.typeId,
    associationCategory: 'HUBSPOT_DEFINED',
    associationRemoved: removed,
    isPrimaryAssociation:
      !removed &&
      portal.associations
        .typesOf({ fromType: oneType, fromId: oneId, toType: otherType, toId: otherId })
        .some((type) => type.label === 'Primary'),
  });
  return [event(fromType, fromId, toType, toId), event(toType, toId, fromType, fromId)];
}

/** Webhooks carry ids as numbers where those are exact. */
function numeric(id: string): number | string {
  const number = Number(id);
  return Number.isSafeInteger(number) ? number : id;
}
