import { useState } from 'react';
import type { PreviewPortal, PreviewUser } from '../server.ts';
import type { CompanyList } from '../views.ts';
import { CompanyFilters, type Query } from './CompanyFilters.tsx';
import { CompanyTable } from './CompanyTable.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { panelOf, TabRow } from './TabRow.tsx';
import { useLoad } from './use-load.ts';
import { useTitle } from './use-title.ts';

const start: Query = {
  view: 'partners',
  search: '',
  status: '',
  owner: '',
  sort: 'rekindle_health',
  pages: [''],
};

const views = [
  { id: 'partners', title: 'Partners judged by Rekindle' },
  { id: 'all', title: 'All companies' },
] as const;

export function CompaniesPage({ portal, user }: { portal: PreviewPortal; user: PreviewUser }) {
  useTitle('Companies');
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
    <main className="companies" tabIndex={-1}>
      <div className="page-title">
        <h1>Companies</h1>
        <span className="muted">{list === null ? '' : `${list.total.toLocaleString('en-GB')} records`}</span>
      </div>
      <TabRow
        row="views"
        label="Views"
        heads={views}
        chosen={query.view}
        onChoose={(view) => change({ view })}
      />
      <div {...panelOf('views', query.view)}>
        <CompanyFilters query={query} list={list} onChange={change} />
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
      </div>
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
