/** The timeline of one company. */
import type { Account } from './account.ts';
import { moment } from './display.ts';
import type { ActivityItem } from './views.ts';

const activityTypes = [
  { type: 'call', plural: 'calls', title: 'hs_call_title', detail: 'hs_call_direction' },
  { type: 'email', plural: 'emails', title: 'hs_email_subject', detail: 'hs_email_direction' },
  { type: 'meeting', plural: 'meetings', title: 'hs_meeting_title', detail: 'hs_meeting_outcome' },
  { type: 'note', plural: 'notes', title: 'hs_note_body', detail: null },
  { type: 'task', plural: 'tasks', title: 'hs_task_subject', detail: 'hs_task_body' },
] as const;

const untitled = { call: 'Call', email: 'Email', meeting: 'Meeting', note: 'Note', task: 'Task' } as const;

/** As HubSpot's pages call what is stored. */
const spoken: ReadonlyMap<string, string> = new Map([
  ['EMAIL', 'Sent'],
  ['INCOMING_EMAIL', 'Received'],
  ['FORWARDED_EMAIL', 'Forwarded'],
  ['INBOUND', 'Inbound'],
  ['OUTBOUND', 'Outbound'],
  ['SCHEDULED', 'Scheduled'],
  ['RESCHEDULED', 'Rescheduled'],
  ['COMPLETED', 'Completed'],
  ['NO_SHOW', 'No show'],
  ['CANCELED', 'Canceled'],
]);

/** Bodies come as HTML; the timeline shows their text. */
function plain(text: string | null | undefined): string | null {
  const words = (text ?? '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' ? null : words;
}

/** Newest first. */
export async function companyActivities(account: Account, id: string): Promise<ActivityItem[]> {
  const byType = await Promise.all(
    activityTypes.map(async ({ type, plural, title, detail }) => {
      const wanted = ['hs_timestamp', title, ...(detail === null ? [] : [detail])];
      const records = await account.readLinked(id, plural, wanted);
      return records.map(({ id: recordId, properties }): ActivityItem => {
        const said = detail === null ? null : plain(properties[detail]);
        return {
          id: recordId,
          type,
          title: plain(properties[title]) ?? untitled[type],
          detail: said === null ? null : (spoken.get(said) ?? said),
          at: moment(properties['hs_timestamp'] ?? '')?.toISOString() ?? null,
        };
      });
    }),
  );
  return byType.flat().sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}
