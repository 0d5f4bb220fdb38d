import { useEffect, useState } from 'react';
import type { Choice, CompanyList } from '../views.ts';

export type Query = {
  readonly view: 'partners' | 'all';
  readonly search: string;
  readonly status: string;
  readonly owner: string;
  readonly sort: string;
  /** One cursor per page visited; the last one is shown. */
  readonly pages: readonly string[];
};

type FiltersProps = {
  readonly query: Query;
  readonly list: CompanyList | null;
  readonly onChange: (part: Partial<Query>) => void;
};

export function CompanyFilters({ query, list, onChange }: FiltersProps) {
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
