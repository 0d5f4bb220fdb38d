/** From what somebody filled in, at the card or in a workflow, to an action. Pure. */
import { addDays, type Day } from '../model/instant.ts';
import { outreachWays, type ActionName, type PartnerAction } from '../model/partner-action.ts';
import { decisions, rootCauses } from '../model/plan.ts';
import type { ActionFields } from './action-contract.ts';

/** What is missing or cannot be read, and what to fill in. */
export type InputProblem = { readonly problem: string };

class ProblemFound extends Error {}

/** @param today in the portal's zone, for what is said in days from now */
export function readAction(name: ActionName, fields: ActionFields, today: Day): PartnerAction | InputProblem {
  try {
    return actionOf(name, fields, today);
  } catch (error) {
    if (error instanceof ProblemFound) return { problem: error.message };
    throw error;
  }
}

function actionOf(name: ActionName, fields: ActionFields, today: Day): PartnerAction {
  const { note = '', reason = '', because = '' } = fields;
  switch (name) {
    case 'log_outreach':
      return {
        do: name,
        way: choice(fields.way, outreachWays, 'how the partner was contacted'),
        on: dayOf(fields.on, 'the day of the contact'),
        note,
        followUpOn: dayOf(fields.followUpOn, 'the day of the follow-up'),
      };
    case 'record_root_cause':
      return {
        do: name,
        cause: choice(fields.cause, rootCauses, 'the root cause'),
        saidBy: choice(fields.saidBy ?? 'partner', ['partner', 'us'], 'who says so'),
        note,
      };
    case 'snooze_until':
      return { do: name, until: dayAhead(fields.until, fields.days, today, 'until when to snooze'), reason };
    case 'end_snooze':
    case 'recalculate':
      return { do: name };
    case 'exclude':
      return { do: name, reason, reviewOn: dayOf(fields.reviewOn, 'the day of the review') };
    case 'include':
    case 'act_anyway':
      return { do: name, reason };
    case 'correct':
      return { do: name, because };
    case 'open_decision':
      return { do: name, dueOn: dayAhead(fields.dueOn, fields.days, today, 'by when to decide'), note };
    case 'decide':
      return { do: name, decision: choice(fields.decision, decisions, 'the decision'), reason };
  }
}

function choice<const T extends string>(given: string | undefined, known: readonly T[], what: string): T {
  const found = known.find((one) => one === given?.trim());
  if (found !== undefined) return found;
  throw new ProblemFound(
    given === undefined || given.trim() === ''
      ? `Say ${what}: one of ${known.join(', ')}.`
      : `“${given}” does not say ${what}. Use one of ${known.join(', ')}.`,
  );
}

/** HubSpot's own date fields are milliseconds at midnight UTC (hubspot-api.md section 6); people write 2026-03-31. */
function dayOf(given: string | undefined, what: string): Day | null {
  const text = given?.trim() ?? '';
  if (text === '') return null;
  const instant = /^\d{10,14}$/.test(text)
    ? Number(text)
    : /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? Date.parse(text)
      : NaN;
  const day = Number.isNaN(instant) ? null : new Date(instant).toISOString().slice(0, 10);
  // Date.parse takes 30 February for 2 March.
  if (day !== null && (day === text || !text.includes('-'))) return day;
  throw new ProblemFound(`“${text}” is no day for ${what}. Write it like 2026-03-31.`);
}

/** A day, or a number of days from now where none is given. */
function dayAhead(given: string | undefined, days: string | undefined, today: Day, what: string): Day {
  const day = dayOf(given, what);
  if (day !== null) return day;
  const number = days?.trim() ?? '';
  if (number === '') throw new ProblemFound(`Say ${what}: a day, or a number of days from now.`);
  if (!/^\d{1,4}$/.test(number)) {
    throw new ProblemFound(`“${number}” is no number of days. Write a whole number, such as 30.`);
  }
  return addDays(today, Number(number));
}
