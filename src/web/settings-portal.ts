/** `GET /settings/portal` and `POST /settings/count`: what of the HubSpot account a definition can name, and how many. */
import { isDeepStrictEqual } from 'node:util';
import type { Request, RequestHandler } from 'express';
import { count } from '../assess/words.ts';
import { propertyNamePrefix } from '../hubspot/properties.ts';
import type { ExistingProperty, HubSpot } from '../hubspot/hubspot.ts';
import { RekindleError } from '../model/errors.ts';
import { partnerDefinitionSchema, type PartnerDefinition } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { currentSettings } from '../store/settings.ts';
import { askerOf, type AccessCheck } from './access.ts';
import { inTime } from './in-time.ts';
import type { Logger } from './log.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import { countRequestSchema, type CountResponse, type PortalResponse } from './settings-contract.ts';

type PortalOptions = {
  readonly hubspot: Pick<HubSpot, 'readDealPipelines' | 'readCompanyProperties'>;
  readonly log: Logger;
};

/** HubSpot's proxy gives up after 15 s. */
const answerWithinMs = 10_000;
/** An account with many properties of many options must still fit into HubSpot's 1 MB (hubspot-platform.md 6.6). */
const optionsPerProperty = 100;

export function showPortal({ hubspot, log }: PortalOptions): RequestHandler {
  return async (_request, response) => {
    const problems: string[] = [];
    const part = async <T>(what: string, read: Promise<readonly T[]>): Promise<readonly T[]> => {
      const outcome = await inTime(settled(read), answerWithinMs, {
        problem: 'HubSpot did not answer in time.',
      });
      if ('value' in outcome) return outcome.value;
      log.warn(
        { what, problem: outcome.problem },
        'A part of the account could not be read for the settings',
      );
      problems.push(`${what} could not be read, so their names have to be typed: ${outcome.problem}`);
      return [];
    };
    const [pipelines, properties] = await Promise.all([
      part('The deal pipelines', hubspot.readDealPipelines()),
      part('The company properties', hubspot.readCompanyProperties()),
    ]);
    response.json({
      state: 'read',
      pipelines: pipelines.map(({ id, label }) => ({ id, label })),
      properties: properties.filter(isNameable).map(propertyOf),
      problems,
    } satisfies PortalResponse);
  };
}

/** What is known of why something failed is for whoever reads the page; anything else is ours to mend. */
async function settled<T>(work: Promise<T>): Promise<{ value: T } | { problem: string }> {
  try {
    return { value: await work };
  } catch (error) {
    if (!(error instanceof RekindleError)) throw error;
    return { problem: error.message };
  }
}

/** Ours are what we say, not what we go by. */
function isNameable({ name, archived }: ExistingProperty): boolean {
  return !archived && !name.startsWith(propertyNamePrefix);
}

function propertyOf({ name, label, type, options }: ExistingProperty): PortalResponse['properties'][number] {
  return {
    name,
    label,
    type,
    options: options
      .filter(({ hidden }) => hidden !== true)
      .slice(0, optionsPerProperty)
      .map(({ value, label }) => ({ value, label })),
  };
}

type CountOptions = {
  readonly store: Store;
  readonly hubspot: Pick<HubSpot, 'countPartners' | 'countListMembers'>;
  readonly access: AccessCheck;
};

export function countDraft(options: CountOptions): RequestHandler {
  const { hubspot } = options;
  return async (request, response) => {
    const { definition } = jsonBodyOf(request, countRequestSchema);
    const parsed = partnerDefinitionSchema.safeParse(definition);
    if (!parsed.success) {
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${path.join(', ') || 'It'}: ${message}.`,
      );
      response.json({ state: 'invalid', problems } satisfies CountResponse);
      return;
    }
    if (!(await mayCount(request, parsed.data, options))) {
      response.json({
        state: 'unavailable',
        sentence:
          'Only those who may change the settings can count by another definition than the one in force.',
      } satisfies CountResponse);
      return;
    }
    const counting =
      parsed.data.by === 'list'
        ? hubspot.countListMembers(parsed.data.listId)
        : hubspot.countPartners(parsed.data);
    const outcome = await inTime(settled(counting), answerWithinMs, {
      problem: 'HubSpot did not count in time. Try again in a minute.',
    });
    response.json(
      ('value' in outcome
        ? { state: 'counted', partners: outcome.value, sentence: countSentence(outcome.value, parsed.data) }
        : { state: 'unavailable', sentence: outcome.problem }) satisfies CountResponse,
    );
  };
}

/** The app sees properties that HubSpot may hide from whoever asks: a count by their values would tell of them. */
async function mayCount(
  request: Request,
  definition: PartnerDefinition,
  { store, access }: CountOptions,
): Promise<boolean> {
  const current = await currentSettings(store.db);
  if (isDeepStrictEqual(definition, current?.settings.partnerDefinition)) return true;
  return (await access(askerOf(request))).mayChange;
}

function countSentence(partners: number | null, definition: PartnerDefinition): string {
  const where = definition.by === 'list' ? 'are on this list' : 'have this value';
  if (partners === null) return 'HubSpot does not say how many companies that are.';
  if (partners === 0) return `No companies ${where}. Runs stop before anybody is judged until some do.`;
  return `${count(partners, 'company', 'companies')} in HubSpot ${partners === 1 ? where.replace('are', 'is').replace('have', 'has') : where} at present.`;
}
