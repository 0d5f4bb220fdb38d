/** The account itself: its details, its use of the daily quota, its pipelines (hubspot-api.md 7). */
import { DateTime } from 'luxon';
import { toIso } from '../../model/instant.ts';
import type { SeedPipeline } from '../seed.ts';
import { notFound } from '../portal/api-error.ts';
import { parameter, typeIn } from './call.ts';
import type { Answer, Call } from './call.ts';

/** Pipelines are older than any account we play. */
const since = toIso(Date.UTC(2019, 0, 1));

export function readAccountDetails(call: Call): Answer {
  const { portal } = call.account;
  const { portalId, timeZone, currency } = portal.seed;
  const local = DateTime.fromMillis(portal.now(), { zone: timeZone });
  const body = {
    portalId: Number(portalId),
    accountType: 'STANDARD',
    timeZone,
    companyCurrency: currency,
    additionalCurrencies: [],
    utcOffset: local.toFormat('ZZ'),
    utcOffsetMilliseconds: local.offset * 60_000,
    uiDomain: 'app.hubspot.com',
    dataHostingLocation: 'na1',
  };
  return { status: 200, body };
}

export function readDailyUsage(call: Call): Answer {
  const { portal, limits } = call.account;
  const { used, limit, resetsAt } = limits.daily();
  const usage = {
    name: 'private-apps-api-calls-daily',
    usageLimit: limit,
    currentUsage: used,
    collectedAt: toIso(portal.now()),
    fetchStatus: 'SUCCESS',
    resetsAt: toIso(resetsAt),
  };
  return { status: 200, body: { results: [usage] } };
}

export function listPipelines(call: Call): Answer {
  const pipelines = typeIn(call) === 'deal' ? call.account.portal.seed.pipelines : [];
  return { status: 200, body: { results: pipelines.map(pipelineShape) } };
}

export function readPipeline(call: Call): Answer {
  const pipelines = typeIn(call) === 'deal' ? call.account.portal.seed.pipelines : [];
  const position = pipelines.findIndex((pipeline) => pipeline.id === parameter(call, 'pipelineId'));
  const pipeline = pipelines[position];
  if (pipeline === undefined) throw notFound();
  return { status: 200, body: pipelineShape(pipeline, position) };
}

function pipelineShape(pipeline: SeedPipeline, displayOrder: number): unknown {
  const common = { createdAt: since, updatedAt: since, archived: false };
  return {
    ...common,
    id: pipeline.id,
    label: pipeline.label,
    displayOrder,
    stages: pipeline.stages.map(({ id, label, isClosed, probability }, position) => ({
      ...common,
      id,
      label,
      displayOrder: position,
      // All strings, also the boolean (hubspot-api.md 7).
      metadata: { isClosed: String(isClosed), probability },
    })),
  };
}
