import { Link, StatusTag } from '@hubspot/ui-extensions';
import type { StatusTagProps } from '@hubspot/ui-extensions';
import type { Partner, Status } from './answer.ts';

/** HubSpot's own address of a company's record; it leads on to the data centre where the account is. */
export function PartnerLink({ partner, portalId }: { partner: Partner; portalId: number }) {
  return (
    <Link href={`https://app.hubspot.com/contacts/${portalId}/record/0-2/${partner.id}`}>{partner.name}</Link>
  );
}

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
