import type { CompanyRow } from '../views.ts';
import { Carat } from './Carat.tsx';
import { recordPath } from './paths.ts';
import { StatusDot } from './StatusDot.tsx';

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

type TableProps = {
  readonly rows: readonly CompanyRow[] | null;
  readonly sort: string;
  readonly portalId: string;
  readonly onSort: (sort: string) => void;
  readonly onPreview: (id: string) => void;
};

export function CompanyTable({ rows, sort, portalId, onSort, onPreview }: TableProps) {
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
