/**
 * How HubSpot's workflows call an action of ours, and what they understand as an answer (hubspot-api.md section 7). A 2xx
 * ends the action, a 429 or 5xx is asked again for up to three days, any other 4xx fails it for good.
 */
import { z } from 'zod';

const id = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/));
/** What somebody typed, chose or took from a property: HubSpot sends numbers and days as text or as numbers. */
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const executionSchema = z
  .object({
    /** Names this one execution; the same again when HubSpot asks again. */
    callbackId: z.string().min(1).max(200),
    origin: z.object({ portalId: id }),
    context: z.object({ workflowId: id.optional() }).optional(),
    object: z.object({ objectId: id, objectType: z.string() }),
    inputFields: z.record(z.string(), value).default({}),
  })
  .transform(({ callbackId, origin, context, object, inputFields }) => ({
    callbackId,
    portalId: origin.portalId,
    workflowId: context?.workflowId ?? null,
    objectId: object.objectId,
    isCompany: ['COMPANY', '0-2'].includes(object.objectType.toUpperCase()),
    /** What was left empty is absent. */
    fields: Object.fromEntries(
      Object.entries(inputFields).flatMap(([name, input]) =>
        input === null || input === '' ? [] : [[name, String(input)] as const],
      ),
    ),
  }));
export type Execution = z.output<typeof executionSchema>;

export type OutputFields = Readonly<Record<string, string>>;

/** @param succeeded a failure does not stop the workflow: its next branch can ask what became of the action */
export function executionAnswer(outputs: OutputFields, succeeded: boolean): { outputFields: OutputFields } {
  return { outputFields: { ...outputs, hs_execution_state: succeeded ? 'SUCCESS' : 'FAIL_CONTINUE' } };
}

/** To workflows, and to nobody else, HubSpot reads this header as milliseconds (hubspot-api.md 2.3). */
export function retryAfter(ms: number): Record<string, string> {
  return { 'Retry-After': String(ms) };
}
