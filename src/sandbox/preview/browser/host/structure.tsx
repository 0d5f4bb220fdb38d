import type {
  AccordionProps,
  TabProps,
  TableCellProps,
  TableElementProps,
  TableHeaderProps,
  TableProps,
  TabsProps,
} from '@hubspot/ui-extensions';
import { createContext, useContext, useEffect, useId, useMemo, useState, type CSSProperties } from 'react';
import { Carat } from '../Carat.tsx';
import { panelOf, TabRow, type TabHead } from '../TabRow.tsx';

export function Accordion({ title, size, open, defaultOpen, disabled, onClick, children }: AccordionProps) {
  const [opened, setOpened] = useState(defaultOpen === true);
  const isOpen = open ?? opened;
  const id = useId();
  const toggle = (): void => {
    setOpened(!isOpen);
    onClick?.();
  };
  return (
    <div className={`accordion accordion-${size ?? 'sm'}`}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        disabled={disabled === true}
        onClick={toggle}
      >
        <Carat points={isOpen ? 'down' : 'right'} />
        {title}
      </button>
      <div id={id} hidden={!isOpen} className="accordion-body">
        {children}
      </div>
    </div>
  );
}

type KnownTabs = { readonly add: (head: TabHead) => void; readonly remove: (id: TabHead['id']) => void };
type Row = { readonly row: string; readonly selected: string | number | undefined };
const RowContext = createContext<Row>({ row: '', selected: undefined });
const KnownTabsContext = createContext<KnownTabs>({ add: () => {}, remove: () => {} });

/** In its own place, if it has one: a tab whose title changes stays where it is. */
function withHead(known: readonly TabHead[], head: TabHead): readonly TabHead[] {
  return known.some(({ id }) => id === head.id)
    ? known.map((other) => (other.id === head.id ? head : other))
    : [...known, head];
}

/** A tab's title arrives as a property of the tab inside: each one reports itself to the row above. */
export function Tabs({ selected, defaultSelected, onSelectedChange, variant, fill, children }: TabsProps) {
  const [heads, setHeads] = useState<readonly TabHead[]>([]);
  const [chosen, setChosen] = useState(defaultSelected);
  const row = useId();
  const current = selected ?? chosen ?? heads[0]?.id;
  const tabs = useMemo<KnownTabs>(
    () => ({
      add: (head) => setHeads((known) => withHead(known, head)),
      remove: (id) => setHeads((known) => known.filter((other) => other.id !== id)),
    }),
    [],
  );
  const context = useMemo(() => ({ row, selected: current }), [row, current]);
  const choose = (id: string | number): void => {
    setChosen(id);
    // The type allows handlers of text, of numbers, or of both; ids come back as they were given.
    (onSelectedChange as ((id: string | number) => void) | undefined)?.(id);
  };
  return (
    <KnownTabsContext.Provider value={tabs}>
      <TabRow
        row={row}
        className={`tabs-${variant ?? 'default'} ${fill === true ? 'tabs-fill' : ''}`}
        heads={heads}
        chosen={current}
        onChoose={choose}
      />
      <RowContext.Provider value={context}>{children}</RowContext.Provider>
    </KnownTabsContext.Provider>
  );
}

export function Tab({ tabId, title, disabled, children }: TabProps) {
  const own = useId();
  const id = tabId ?? own;
  const { row, selected } = useContext(RowContext);
  const { add, remove } = useContext(KnownTabsContext);
  useEffect(() => {
    add({ id, title: title ?? String(id), disabled: disabled === true });
  }, [add, id, title, disabled]);
  useEffect(() => () => remove(id), [remove, id]);
  return (
    <div {...panelOf(row, id)} className="tab-panel" hidden={selected !== id}>
      {children}
    </div>
  );
}

export function Table(props: TableProps) {
  const classes = `table ${props.bordered === false ? '' : 'table-bordered'} ${props.flush === true ? 'table-flush' : ''}`;
  return (
    <div className="table-scroll">
      <table className={`${classes} table-${props.density ?? 'default'}`}>{props.children}</table>
      {props.paginated === true ? <TablePages table={props} /> : null}
    </div>
  );
}

function TablePages({ table }: { table: Extract<TableProps, { paginated: true }> }) {
  const [own, setOwn] = useState(1);
  const page = table.page ?? own;
  const go = (next: number): void => {
    setOwn(next);
    table.onPageChange(next);
  };
  return (
    <nav className="paging" aria-label="Pages">
      <button type="button" className="link-button" disabled={page <= 1} onClick={() => go(page - 1)}>
        ‹ Prev
      </button>
      <span>
        {page} of {table.pageCount}
      </span>
      <button
        type="button"
        className="link-button"
        disabled={page >= table.pageCount}
        onClick={() => go(page + 1)}
      >
        Next ›
      </button>
    </nav>
  );
}

export function TableHead({ children }: TableElementProps) {
  return <thead>{children}</thead>;
}

export function TableBody({ children }: TableElementProps) {
  return <tbody>{children}</tbody>;
}

export function TableFooter({ children }: TableElementProps) {
  return <tfoot>{children}</tfoot>;
}

export function TableRow({ children }: TableElementProps) {
  return <tr>{children}</tr>;
}

type Placed = {
  readonly align?: TableCellProps['align'] | undefined;
  readonly width?: TableCellProps['width'] | undefined;
};

/** `min`: as narrow as the words allow; `max`: whatever is left. */
function cellStyle({ align, width }: Placed): CSSProperties {
  const textAlign = align ?? 'left';
  if (width === 'min') return { textAlign, width: '1%', whiteSpace: 'nowrap' };
  return { textAlign, width: width === 'max' ? '100%' : width === 'auto' ? undefined : width };
}

export function TableHeader(props: TableHeaderProps) {
  const style = cellStyle(props);
  if (!('onSortChange' in props)) {
    return (
      <th scope="col" style={style}>
        {props.children}
      </th>
    );
  }
  const { sortDirection, onSortChange, disabled } = props;
  const next = sortDirection === 'ascending' ? 'descending' : 'ascending';
  return (
    <th scope="col" style={style} aria-sort={sortDirection}>
      <button type="button" disabled={disabled === true} onClick={() => onSortChange(next)}>
        {props.children}
        {sortDirection === 'none' ? null : <Carat points={sortDirection === 'ascending' ? 'up' : 'down'} />}
      </button>
    </th>
  );
}

export function TableCell({ align, width, colSpan, children }: TableCellProps) {
  return (
    <td style={cellStyle({ align, width })} colSpan={colSpan}>
      {children}
    </td>
  );
}
