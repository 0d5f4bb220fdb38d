import { hubspot } from '@hubspot/ui-extensions';
import { PartnerCard } from './PartnerCard.tsx';
import { PartnerPreview } from './PartnerPreview.tsx';

// Two manifests share this entry (app/cards/): the record tab and the preview panel. The key keeps one company's
// verdict from ever being shown for another.
hubspot.extend<'crm.record.tab' | 'crm.preview'>(({ context, actions }) =>
  context.location === 'crm.preview' ? (
    <PartnerPreview key={context.crm.objectId} context={context} />
  ) : (
    <PartnerCard key={context.crm.objectId} context={context} actions={actions} />
  ),
);
