import { StatusTag } from '@hubspot/ui-extensions';
import type { StatusTagProps } from '@hubspot/ui-extensions';
import type { Status } from './answer.ts';

type Look = Pick<StatusTagProps, 'variant' | 'hollow'>;

const looks: ReadonlyMap<string, Look> = new Map<string, Look>([
  ['active', { variant: 'success' }],
  ['cooling', { variant: 'warning', hollow: true }],
  ['at_risk', { variant: 'warning' }],
  ['inactive', { variant: 'danger' }],
  ['never_activated', { variant: 'info' }],
  ['reactivated', { variant: 'success', hollow: true }],
]);

export function Standing({ status }: { status: Status }) {
  return <StatusTag {...looks.get(status.value)}>{status.label}</StatusTag>;
}
