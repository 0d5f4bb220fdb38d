/** What opens above the page: it takes the focus, keeps it while it is modal, and gives it back. */
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';

const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, iframe';

/** Inside a modal the tabulator goes round: the page behind it is out of reach. */
function keepFocusInside(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'Tab') return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(focusable)];
  const [first, last] = [stops[0], stops.at(-1)];
  const now = document.activeElement;
  const target = event.shiftKey && (now === first || now === event.currentTarget) ? last : first;
  const leaves = event.shiftKey ? target === last : now === last;
  if (!leaves || target === undefined) return;
  event.preventDefault();
  target.focus();
}

type Props = {
  readonly kind: 'modal' | 'panel';
  /** How it is called where its title does not say it. */
  readonly label?: string | undefined;
  readonly title: string;
  readonly width?: string | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

export function Dialog({ kind, label, title, width, onClose, children }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    frame.current?.focus();
    return () => {
      // Whoever went elsewhere meanwhile stays there.
      if (before instanceof HTMLElement && document.activeElement === document.body) before.focus();
    };
  }, []);
  return (
    <div className={kind === 'modal' ? 'backdrop' : 'panel-layer'}>
      <div
        ref={frame}
        className={`${kind} ${kind}-${width ?? 'md'}`}
        role="dialog"
        aria-modal={kind === 'modal'}
        aria-label={label ?? (title === '' ? 'Dialog' : title)}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          else if (kind === 'modal') keepFocusInside(event);
        }}
      >
        <header className="overlay-header">
          <h2>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            ×
          </button>
        </header>
        {children}
      </div>
    </div>
  );
}
