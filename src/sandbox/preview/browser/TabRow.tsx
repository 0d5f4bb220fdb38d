/** A row of tabs as everywhere: one stop for the tabulator, and the arrows choose the neighbour. */
import type { KeyboardEvent } from 'react';

export type TabHead = { readonly id: string | number; readonly title: string; readonly disabled?: boolean };

function chooseNeighbour(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('[role=tab]:enabled')];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  event.preventDefault();
  next?.focus();
  next?.click();
}

type Props<Head extends TabHead> = {
  /** Names the row within the page. */
  readonly row: string;
  readonly label?: string;
  readonly heads: readonly Head[];
  readonly chosen: TabHead['id'] | undefined;
  readonly className?: string;
  readonly onChoose: (id: Head['id']) => void;
};

export function TabRow<Head extends TabHead>(props: Props<Head>) {
  const { row, label, heads, chosen, className = '', onChoose } = props;
  return (
    <div className={`tabs ${className}`} role="tablist" aria-label={label} onKeyDown={chooseNeighbour}>
      {heads.map(({ id, title, disabled }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`${row}-tab-${id}`}
          aria-controls={`${row}-panel-${id}`}
          aria-selected={id === chosen}
          tabIndex={id === chosen ? 0 : -1}
          disabled={disabled === true}
          onClick={() => onChoose(id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** What the panel of a tab has to have. */
export function panelOf(
  row: string,
  id: TabHead['id'],
): { readonly role: 'tabpanel'; readonly id: string; readonly 'aria-labelledby': string } {
  return { role: 'tabpanel', id: `${row}-panel-${id}`, 'aria-labelledby': `${row}-tab-${id}` };
}
