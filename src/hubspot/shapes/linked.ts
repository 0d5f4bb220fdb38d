/** The records that hang on companies, whatever their type. */
import { z } from 'zod';
import type { LinkedRecord, LinkedType } from '../../model/record.ts';
import { id, paging } from './common.ts';
import { dealProperties, dealShape } from './deal.ts';
import { engagementShape, engagementTypes } from './engagement.ts';

export function objectTypeOf(type: LinkedType): string {
  return type === 'deal' ? 'deals' : engagementTypes[type].objectType;
}

export function propertiesOf(type: LinkedType): string[] {
  return [...(type === 'deal' ? dealProperties : engagementTypes[type].properties)];
}

/** @param currency the portal's; matters for deals alone */
export function linkedShape(type: LinkedType, currency: string): z.ZodType<LinkedRecord> {
  return type === 'deal' ? dealShape(currency) : engagementShape(type);
}

/** A page of a list with the companies of each record; `more` where a record has further companies than are shown. */
export function listOf(shape: z.ZodType<LinkedRecord>) {
  const companies = z
    .object({
      associations: z
        .object({ companies: z.object({ results: z.array(z.object({ id })), paging }) })
        .partial(),
    })
    .partial()
    .transform(({ associations }) => ({
      companyIds: [...new Set((associations?.companies?.results ?? []).map((company) => company.id))],
      more: (associations?.companies?.paging ?? null) !== null,
    }));
  const row = z.unknown().transform((value, context) => {
    const [record, links] = [shape.safeParse(value), companies.safeParse(value)];
    for (const issue of [...(record.error?.issues ?? []), ...(links.error?.issues ?? [])]) {
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
    }
    return record.success && links.success ? { record: record.data, ...links.data } : z.NEVER;
  });
  return z
    .object({ results: z.array(row), paging })
    .transform(({ results, paging }) => ({ results, after: paging }));
}
