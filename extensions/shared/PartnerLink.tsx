import { Link } from '@hubspot/ui-extensions';

type Props = {
  readonly partner: { readonly id: string; readonly name: string };
  readonly portalId: number | string;
};

/** HubSpot's own address of a company's record; it leads on to the data centre where the account is. */
export function PartnerLink({ partner, portalId }: Props) {
  return (
    <Link href={`https://app.hubspot.com/contacts/${portalId}/record/0-2/${partner.id}`}>{partner.name}</Link>
  );
}
