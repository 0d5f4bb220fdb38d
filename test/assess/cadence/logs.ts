/** The check data (../shared/data beside the repository): event logs and points that others computed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { millisecondsPerDay } from '../../../src/model/instant.ts';

const folder = join(import.meta.dirname, '../../../../shared/data');

export function isPresent(file: string): boolean {
  return existsSync(join(folder, file));
}

/** The UTC day number of an ISO date. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / millisecondsPerDay;
}

/** The days on which each partner of a canonical CSV did something, ascending. */
export function readEventDays(file: string): number[][] {
  const byPartner = new Map<string, number[]>();
  for (const { partner_id = '', occurred_at = '' } of readRows(file)) {
    const days = byPartner.get(partner_id) ?? [];
    byPartner.set(partner_id, days);
    days.push(dayNumber(occurred_at));
  }
  return [...byPartner.values()].map((days) => days.sort((a, b) => a - b));
}

/** The files quote nothing. */
export function readRows(file: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(join(folder, file), 'utf8').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
