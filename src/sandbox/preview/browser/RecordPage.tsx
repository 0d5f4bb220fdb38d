import { useState } from 'react';
import type { PreviewPortal, PreviewUser } from '../server.ts';
import type { ActivityItem, CompanyPage, DealTile, PropertyGroup } from '../views.ts';
import { momentIn } from '../display.ts';
import { companiesPath } from './paths.ts';
import { ExtensionFrame } from './ExtensionFrame.tsx';
import { panelOf, TabRow } from './TabRow.tsx';
import { useShell } from './shell.tsx';
import { useLoad } from './use-load.ts';
import { useTitle } from './use-title.ts';

type Props = { readonly id: string; readonly portal: PreviewPortal; readonly user: PreviewUser };

export function RecordPage({ id, portal, user }: Props) {
  const { value: company, error, reload } = useLoad<CompanyPage>(`/api/companies/${id}`);
  useTitle(company === null ? null : nameOf(company));
  if (error !== null) {
    return (
      <main className="pad" tabIndex={-1}>
        <div className="alert alert-danger" role="alert">
          {error}
        </div>
        <a href={companiesPath(portal.portalId)} data-inside="">
          ‹ Companies
        </a>
      </main>
    );
  }
  if (company === null)
    return (
      <main className="page-loading" tabIndex={-1}>
        Loading the record…
      </main>
    );
  return (
    <main className="record" tabIndex={-1}>
      <LeftSidebar company={company} portal={portal} />
      <Middle company={company} portal={portal} user={user} onRefresh={reload} />
      <aside className="right" aria-label="Associated records">
        {portal.cards
          .filter(({ location }) => location === 'crm.record.sidebar')
          .map((card) => (
            <details key={card.uid} className="property-group" open={true}>
              <summary>{card.name}</summary>
              <ExtensionFrame
                key={user.id}
                surface={card}
                company={company}
                portal={portal}
                user={user}
                onRefresh={reload}
              />
            </details>
          ))}
        <Deals deals={company.deals} />
      </aside>
    </main>
  );
}

function nameOf({ id, name }: CompanyPage): string {
  return name ?? `Company ${id}`;
}

const quickActions = ['Note', 'Email', 'Call', 'Task', 'Meeting'] as const;

function LeftSidebar({ company, portal }: { company: CompanyPage; portal: PreviewPortal }) {
  const shell = useShell();
  const name = nameOf(company);
  return (
    <aside className="left" aria-label="Company">
      <a href={companiesPath(portal.portalId)} data-inside="">
        ‹ Companies
      </a>
      <div className="record-head">
        <span className="avatar avatar-large" aria-hidden="true">
          {name.slice(0, 1)}
        </span>
        <div>
          <h1>{name}</h1>
          <div className="muted">{company.domain ?? 'No domain'}</div>
        </div>
      </div>
      <div className="quick-actions">
        {quickActions.map((action) => (
          <button
            key={action}
            type="button"
            onClick={() =>
              shell.addAlert({
                type: 'info',
                title: `HubSpot would open its ${action.toLowerCase()} editor`,
                message: 'The preview has none of HubSpot’s own editors.',
              })
            }
          >
            <span className="quick-icon" aria-hidden="true">
              {action.slice(0, 1)}
            </span>
            {action}
          </button>
        ))}
      </div>
      {company.groups.map((group) => (
        <Group key={group.name} group={group} />
      ))}
    </aside>
  );
}

/** Where all stands in one column, the card is what people came for: what is above it stays short. */
const wide = !matchMedia('(max-width: 760px)').matches;

function Group({ group }: { group: PropertyGroup }) {
  const [withEmpty, setWithEmpty] = useState(false);
  const shown = group.properties.filter(({ value }) => withEmpty || value !== null);
  const empty = group.properties.filter(({ value }) => value === null).length;
  return (
    <details className="property-group" open={wide && (group.name === 'rekindle' || group.name === 'about')}>
      <summary>{group.label}</summary>
      <dl>
        {shown.map(({ name, label, value }) => (
          <div key={name} data-property={name}>
            <dt>{label}</dt>
            <dd>{value ?? '--'}</dd>
          </div>
        ))}
      </dl>
      {empty === 0 ? null : (
        <button type="button" className="link-button" onClick={() => setWithEmpty(!withEmpty)}>
          {withEmpty
            ? 'Hide empty properties'
            : `Show ${empty} empty ${empty === 1 ? 'property' : 'properties'}`}
        </button>
      )}
    </details>
  );
}

const activitiesTab = 'activities';

type MiddleProps = {
  readonly company: CompanyPage;
  readonly portal: PreviewPortal;
  readonly user: PreviewUser;
  readonly onRefresh: () => void;
};

function Middle({ company, portal, user, onRefresh }: MiddleProps) {
  const cards = portal.cards.filter(({ location }) => location === 'crm.record.tab');
  const [selected, setSelected] = useState(cards[0]?.uid ?? activitiesTab);
  const tabs = [
    ...cards.map(({ uid, name }) => ({ id: uid, title: name })),
    { id: activitiesTab, title: 'Activities' },
  ];
  return (
    <section className="middle" aria-label="Record">
      <TabRow row="record" label="Record tabs" heads={tabs} chosen={selected} onChoose={setSelected} />
      {cards.map((card) => (
        // A hidden card stays alive, as its state does in HubSpot while the record is open.
        <div key={card.uid} {...panelOf('record', card.uid)} hidden={selected !== card.uid}>
          <div className="card">
            <h2 className="card-title">{card.name}</h2>
            <ExtensionFrame
              key={user.id}
              surface={card}
              company={company}
              portal={portal}
              user={user}
              onRefresh={onRefresh}
            />
          </div>
        </div>
      ))}
      {selected === activitiesTab ? (
        <div {...panelOf('record', activitiesTab)}>
          <Activities id={company.id} timeZone={portal.timeZone} />
        </div>
      ) : null}
    </section>
  );
}

function Activities({ id, timeZone }: { id: string; timeZone: string }) {
  const { value: items, error } = useLoad<readonly ActivityItem[]>(`/api/companies/${id}/activities`);
  return (
    <>
      {error === null ? null : <p role="alert">{error}</p>}
      {items === null && error === null ? <p className="muted">Loading activities…</p> : null}
      {items?.length === 0 ? <p className="muted">No activities on this record.</p> : null}
      <ol className="timeline">
        {items?.map((item) => (
          <li key={`${item.type} ${item.id}`} className="card">
            <span className="activity-type">{item.type}</span>
            <strong>{item.title}</strong>
            <time className="muted" dateTime={item.at ?? undefined}>
              {item.at === null ? 'no date' : momentIn(timeZone, new Date(item.at))}
            </time>
            {item.detail === null ? null : <div className="activity-detail">{item.detail}</div>}
          </li>
        ))}
      </ol>
    </>
  );
}

/** HubSpot shows the newest few associations and a link to the rest. */
const dealsShown = 5;

function Deals({ deals }: { deals: readonly DealTile[] }) {
  const [all, setAll] = useState(false);
  return (
    <details className="property-group" open={true}>
      <summary>Deals ({deals.length})</summary>
      {deals.length === 0 ? <p className="muted">No deals are associated with this company.</p> : null}
      <div className="deals">
        {deals.slice(0, all ? deals.length : dealsShown).map((deal) => (
          <div key={deal.id} className="deal">
            <strong>{deal.name}</strong>
            <div>Amount: {deal.amount ?? '--'}</div>
            <div>Close date: {deal.closeDate ?? '--'}</div>
            <div>Stage: {deal.stage ?? '--'}</div>
          </div>
        ))}
      </div>
      {deals.length > dealsShown && !all ? (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          View all {deals.length} associated deals
        </button>
      ) : null}
    </details>
  );
}
