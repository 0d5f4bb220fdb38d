/**
 * How HubSpot's workflows enrol companies by their properties (domain.md section 6): once when a company begins to meet
 * all conditions; again when one that is marked for re-enrolment is met anew while all hold, "is known" by every new
 * value; never while it is still in the workflow. What a trigger sees is what really changed, one write at a time.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../../src/model/instant.ts';

type Values = Readonly<Record<string, string>>;

export type Condition = {
  readonly property: string;
  /** `none of` is met by whoever shows no value, too. */
  readonly is: 'any of' | 'none of' | 'known';
  /** Several choices of one property count as met if one of them is among these. */
  readonly values: readonly string[];
};

export type Trigger = {
  readonly all: readonly Condition[];
  /** Those of `all` that are marked for re-enrolment. */
  readonly again: readonly Condition[];
  /** How long a company that enrols with these values at this time is in the workflow at most. */
  readonly leavesAt: (shown: Values, enrolledAt: Instant) => Instant;
};

/** What one write changed on one company. */
export type Update = {
  readonly companyId: string;
  readonly at: Instant;
  readonly changed: Readonly<Record<string, string>>;
};

/**
 * @param before what companies showed when the workflow was switched on, for new enrolments alone
 * @returns the enrolments in their order
 */
export function enrolments(
  trigger: Trigger,
  before: ReadonlyMap<string, Values>,
  updates: readonly Update[],
): { companyId: string; at: Instant }[] {
  const shown = new Map(before);
  /** When whoever enrolled has left again. */
  const left = new Map<string, Instant>();
  const enrolled: { companyId: string; at: Instant }[] = [];
  for (const { companyId, at, changed } of updates) {
    const old = shown.get(companyId) ?? {};
    const now = { ...old, ...changed };
    shown.set(companyId, now);
    if (!trigger.all.every((condition) => isMet(condition, now))) continue;
    const free = left.get(companyId);
    const begins =
      free === undefined
        ? !trigger.all.every((condition) => isMet(condition, old))
        : at >= free && trigger.again.some((condition) => isMetAnew(condition, old, now));
    if (!begins) continue;
    left.set(companyId, trigger.leavesAt(now, at));
    enrolled.push({ companyId, at });
  }
  return enrolled;
}

function isMet({ property, is, values }: Condition, shown: Values): boolean {
  const choices = (shown[property] ?? '').split(';').filter((choice) => choice !== '');
  if (is === 'known') return choices.length > 0;
  return choices.some((choice) => values.includes(choice)) === (is === 'any of');
}

function isMetAnew(condition: Condition, old: Values, now: Values): boolean {
  const { property, is } = condition;
  return (
    isMet(condition, now) && (!isMet(condition, old) || (is === 'known' && old[property] !== now[property]))
  );
}

export type ChangeLog = {
  /** Where the account posts what changes in it. */
  readonly target: string;
  /** In the order in which it happened. */
  readonly updates: Update[];
  close(): void;
};

type PropertyEvent = {
  readonly subscriptionType: string;
  readonly objectTypeId: string;
  readonly objectId: number | string;
  readonly occurredAt: number;
  readonly propertyName?: string;
  readonly propertyValue?: string;
};

/** Listens to the account's own account of every property that changes on a company, whoever changes it. */
export async function listenForChanges(): Promise<ChangeLog> {
  const updates: Update[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const event of JSON.parse(Buffer.concat(chunks).toString()) as PropertyEvent[])
        note(updates, event);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    updates,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Events of one write come together; the same property again is another write. */
function note(updates: Update[], event: PropertyEvent): void {
  const {
    subscriptionType,
    objectTypeId,
    objectId,
    occurredAt,
    propertyName = '',
    propertyValue = '',
  } = event;
  if (subscriptionType !== 'object.propertyChange' || objectTypeId !== '0-2') return;
  const companyId = String(objectId);
  const last = updates.at(-1);
  if (last?.companyId === companyId && last.at === occurredAt && !(propertyName in last.changed)) {
    updates[updates.length - 1] = { ...last, changed: { ...last.changed, [propertyName]: propertyValue } };
    return;
  }
  updates.push({ companyId, at: occurredAt, changed: { [propertyName]: propertyValue } });
}
