import type { PreviewPortal, PreviewUser } from '../server.ts';
import type { CompanyPage } from '../views.ts';
import { Dialog } from './Dialog.tsx';
import { ExtensionFrame } from './ExtensionFrame.tsx';
import { recordPath } from './paths.ts';
import { useLoad } from './use-load.ts';

type PanelProps = {
  readonly id: string;
  readonly portal: PreviewPortal;
  readonly user: PreviewUser;
  readonly onClose: () => void;
};

/** HubSpot's preview panel: the record's name and the cards made for `crm.preview`. */
export function PreviewPanel({ id, portal, user, onClose }: PanelProps) {
  const { value: company, error, reload } = useLoad<CompanyPage>(`/api/companies/${id}`);
  return (
    <Dialog kind="panel" label="Company preview" title={company?.name ?? 'Company'} onClose={onClose}>
      <div className="panel-body">
        {error === null ? null : <p role="alert">{error}</p>}
        {company === null ? null : (
          <>
            <p>
              <a href={recordPath(portal.portalId, id)} data-inside="">
                View record
              </a>
            </p>
            {portal.cards
              .filter(({ location }) => location === 'crm.preview')
              .map((card) => (
                <section key={card.uid} className="card" aria-label={card.name}>
                  <h3>{card.name}</h3>
                  <ExtensionFrame
                    surface={card}
                    company={company}
                    portal={portal}
                    user={user}
                    onRefresh={reload}
                  />
                </section>
              ))}
          </>
        )}
      </div>
    </Dialog>
  );
}
