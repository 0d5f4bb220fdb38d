import { useEffect, useState } from 'react';
import type { PreviewPortal, PreviewUser } from '../server.ts';
import type { Choice, CompanyList, CompanyPage, CompanyRow } from '../views.ts';
import { recordPath } from './App.tsx';
import { Carat } from './Carat.tsx';
import { ExtensionFrame } from './ExtensionFrame.tsx';
import { StatusDot } from './StatusDot.tsx';
import { useLoad } from './use-load.ts';

type Query = {
  readonly view: 'partners' | 'all';
  readonly search: string;
  readonly status: string;
  readonly owner: string;
  readonly sort: string;
  /** One cursor per page visited; the last one is shown. */
  readonly pages: readonly string[];
};

const start: Query = {
  view: 'partners',
  search: '',
  status: '',
  owner: '',
  sort: 'rekindle_health',
  pages: [''],
};

type Column = { readonly label: string; readonly sort: string | null };
const columns: readonly Column[] = [
  { label: 'Company name', sort: 'name' },
  { label: 'Rekindle status', sort: 'rekindle_status' },
  { label: 'Health', sort: 'rekindle_health' },
  { label: 'Primary reason', sort: null },
  { label: 'Last activity', sort: 'rekindle_last_activity_date' },
  { label: 'Recommended action', sort: null },
  { label: 'Company owner', sort: 'hubspot_owner_id' },
];

export function CompaniesPage({ portal, user }: { portal: PreviewPortal; user: PreviewUser }) {
  const [query, setQuery] = useState(start);
  const [previewed, setPreviewed] = useState<string | null>(null);
  const parameters = new URLSearchParams({
    view: query.view,
    search: query.search,
    status: query.status,
    owner: query.owner,
    sort: query.sort,
    after: query.pages.at(-1) ?? '',
  });
  const { value: list, error } = useLoad<CompanyList>(`/api/companies?${parameters}`);
  // From the query as it is by then: a search that was typed earlier must not undo a later choice.
  const change = (part: Partial<Query>): void => setQuery((now) => ({ ...now, pages: [''], ...part }));
  return (
    <main className="companies">
      <div className="page-title">
        <h1>Companies</h1>
        <span className="muted">{list === null ? '' : `${list.total.toLocaleString('en-GB')} records`}</span>
      </div>
      <Views view={query.view} onChange={(view) => change({ view })} />
      <Filters query={query} list={list} onChange={change} />
      {error === null ? null : (
        <div className="alert alert-danger" role="alert">
          {error}
        </div>
      )}
      {list?.provisioned === false ? (
        <div className="alert alert-info">
          <strong>Rekindle’s properties are not in this account yet.</strong> Run “rekindle provision” and
          “rekindle run”, then look again.
        </div>
      ) : null}
      <CompanyTable
        rows={list?.rows ?? null}
        sort={query.sort}
        portalId={portal.portalId}
        onSort={(sort) => change({ sort })}
        onPreview={setPreviewed}
      />
      <Paging
        page={query.pages.length}
        next={list?.next ?? null}
        onBack={() => setQuery({ ...query, pages: query.pages.slice(0, -1) })}
        onNext={(after) => setQuery({ ...query, pages: [...query.pages, after] })}
      />
      {previewed === null ? null : (
        <PreviewPanel
          key={`${previewed} ${user.id}`}
          id={previewed}
          portal={portal}
          user={user}
          onClose={() => setPreviewed(null)}
        />
      )}
    </main>
  );
}

function Views({ view, onChange }: { view: Query['view']; onChange: (view: Query['view']) => void }) {
  const tabs = [
    { value: 'partners', label: 'Partners judged by Rekindle' },
    { value: 'all', label: 'All companies' },
  ] as const;
  return (
    <div className="tabs" role="tablist" aria-label="Views">
      {tabs.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          role="tab"
          aria-selected={view === value}
          onClick={() => onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

type FiltersProps = {
  readonly query: Query;
  readonly list: CompanyList | null;
  readonly onChange: (part: Partial<Query>) => void;
};

function Filters({ query, list, onChange }: FiltersProps) {
  return (
    <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchBox onSearch={(search) => onChange({ search })} />
      <Choices
        label="Status"
        choices={list?.statuses ?? []}
        value={query.status}
        onChange={(status) => onChange({ status })}
      />
      <Choices
        label="Owner"
        choices={list?.owners ?? []}
        value={query.owner}
        onChange={(owner) => onChange({ owner })}
      />
    </form>
  );
}

/** Searches when the typing pauses, as HubSpot does. */
function SearchBox({ onSearch }: { onSearch: (search: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => onSearch(typed.trim()), 250);
    return () => clearTimeout(timer);
    // A new `onSearch` is no reason to search again.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [typed]);
  return (
    <input
      type="search"
      aria-label="Search companies"
      placeholder="Search name or domain"
      value={typed ?? ''}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

type ChoicesProps = {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function Choices({ label, choices, value, onChange }: ChoicesProps) {
  return (
    <label className="choice">
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Any</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

type TableProps = {
  readonly rows: readonly CompanyRow[] | null;
  readonly sort: string;
  readonly portalId: string;
  readonly onSort: (sort: string) => void;
  readonly onPreview: (id: string) => void;
};

function CompanyTable({ rows, sort, portalId, onSort, onPreview }: TableProps) {
  return (
    <div className="table-scroll">
      <table className="grid">
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.label} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => (
            <CompanyLine key={row.id} row={row} portalId={portalId} onPreview={onPreview} />
          ))}
        </tbody>
      </table>
      {rows === null ? <p className="muted pad">Loading companies…</p> : null}
      {rows?.length === 0 ? <p className="muted pad">No companies match.</p> : null}
    </div>
  );
}

type HeaderProps = {
  readonly column: Column;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
};

function HeaderCell({ column, sort, onSort }: HeaderProps) {
  const { label, sort: property } = column;
  if (property === null) return <th scope="col">{label}</th>;
  const ascending = sort === property;
  const descending = sort === `-${property}`;
  return (
    <th scope="col" aria-sort={ascending ? 'ascending' : descending ? 'descending' : 'none'}>
      <button type="button" onClick={() => onSort(ascending ? `-${property}` : property)}>
        {label} {ascending ? <Carat points="up" /> : null}
        {descending ? <Carat points="down" /> : null}
      </button>
    </th>
  );
}

type LineProps = {
  readonly row: CompanyRow;
  readonly portalId: string;
  readonly onPreview: (id: string) => void;
};

function CompanyLine({ row, portalId, onPreview }: LineProps) {
  const name = row.name ?? `Company ${row.id}`;
  return (
    <tr>
      <th scope="row">
        <span className="avatar" aria-hidden="true">
          {name.slice(0, 1)}
        </span>
        <a href={recordPath(portalId, row.id)} data-inside="">
          {name}
        </a>
        <button
          type="button"
          className="quiet-button"
          onClick={() => onPreview(row.id)}
          aria-label={`Preview ${name}`}
        >
          Preview
        </button>
      </th>
      <td>{row.status === null ? '--' : <StatusDot status={row.status} />}</td>
      <td className="number">{row.health ?? '--'}</td>
      <td>{row.primaryReason ?? '--'}</td>
      <td>{row.lastActivity ?? '--'}</td>
      <td>{row.recommendedAction ?? '--'}</td>
      <td>{row.owner ?? 'No owner'}</td>
    </tr>
  );
}

type PagingProps = {
  readonly page: number;
  readonly next: string | null;
  readonly onBack: () => void;
  readonly onNext: (after: string) => void;
};

function Paging({ page, next, onBack, onNext }: PagingProps) {
  return (
    <nav className="paging" aria-label="Pages">
      <button type="button" className="link-button" disabled={page === 1} onClick={onBack}>
        ‹ Prev
      </button>
      <span>{page}</span>
      <button
        type="button"
        className="link-button"
        disabled={next === null}
        onClick={() => next !== null && onNext(next)}
      >
        Next ›
      </button>
    </nav>
  );
}

type PanelProps = {
  readonly id: string;
  readonly portal: PreviewPortal;
  readonly user: PreviewUser;
  readonly onClose: () => void;
};

/** HubSpot's preview panel: the record's name and the cards made for `crm.preview`. */
function PreviewPanel({ id, portal, user, onClose }: PanelProps) {
  const { value: company, error, reload } = useLoad<CompanyPage>(`/api/companies/${id}`);
  return (
    <aside className="panel" aria-label="Company preview">
      <header className="overlay-header">
        <h2>{company?.name ?? 'Company'}</h2>
        <button type="button" className="icon-button" aria-label="Close preview" onClick={onClose}>
          ×
        </button>
      </header>
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
                    card={card}
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
    </aside>
  );
}
