import type {
  ModalBodyProps,
  ModalFooterProps,
  ModalProps,
  PanelBodyProps,
  PanelFooterProps,
  PanelProps,
  PanelSectionProps,
} from '@hubspot/ui-extensions';
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { createPortal } from 'react-dom';
import { registerOverlay } from './overlay-registry.ts';

type State = { readonly isOpen: boolean; readonly open: () => void; readonly close: () => void };
const OverlayContext = createContext<State>({ isOpen: false, open: () => {}, close: () => {} });

type TriggerProps = {
  readonly overlay: ReactNode;
  /** Draws the trigger; `open` is null when it has no overlay. */
  readonly children: (open: (() => void) | null) => ReactNode;
};

/** A component with an `overlay` prop: pressing it opens the modal or panel in there. */
export function OverlayTrigger({ overlay, children }: TriggerProps) {
  const [isOpen, setOpen] = useState(false);
  const state = useMemo<State>(
    () => ({ isOpen, open: () => setOpen(true), close: () => setOpen(false) }),
    [isOpen],
  );
  if (overlay === undefined || overlay === null) return <>{children(null)}</>;
  return (
    <>
      {children(state.open)}
      <OverlayContext.Provider value={state}>{overlay}</OverlayContext.Provider>
    </>
  );
}

const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary';

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

type FrameProps = {
  readonly kind: 'modal' | 'panel';
  readonly id: string;
  readonly title: string | undefined;
  readonly label: string | undefined;
  readonly width: string | undefined;
  readonly onOpen: (() => void) | undefined;
  readonly onClose: (() => void) | undefined;
  readonly children: ReactNode;
};

function OverlayFrame({ kind, id, title, label, width, onOpen, onClose, children }: FrameProps) {
  const { isOpen, open, close } = useContext(OverlayContext);
  const frame = useRef<HTMLDivElement>(null);
  const dismiss = (): void => {
    close();
    onClose?.();
  };
  useEffect(() => registerOverlay(id, { open, close: dismiss }));
  useEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement;
    frame.current?.focus();
    onOpen?.();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
    // Opening is the event; a new `onOpen` is not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isOpen]);
  if (!isOpen) return null;
  return createPortal(
    <div className={kind === 'modal' ? 'backdrop' : 'panel-layer'}>
      <div
        ref={frame}
        className={`${kind} ${kind}-${width ?? 'md'}`}
        role="dialog"
        aria-modal={kind === 'modal'}
        aria-label={label ?? title ?? 'Dialog'}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Escape') dismiss();
          else if (kind === 'modal') keepFocusInside(event);
        }}
      >
        <header className="overlay-header">
          <h2>{title ?? ''}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={dismiss}>
            ×
          </button>
        </header>
        {children}
      </div>
    </div>,
    document.body,
  );
}

export function Modal(props: ModalProps) {
  return (
    <OverlayFrame
      kind="modal"
      id={props.id}
      title={props.title}
      label={props['aria-label']}
      width={props.width}
      onOpen={props.onOpen}
      onClose={props.onClose}
    >
      {props.children}
    </OverlayFrame>
  );
}

export function Panel(props: PanelProps) {
  return (
    <OverlayFrame
      kind="panel"
      id={props.id}
      title={props.title}
      label={props['aria-label']}
      width={props.width}
      onOpen={props.onOpen}
      onClose={props.onClose}
    >
      {props.children}
    </OverlayFrame>
  );
}

export function OverlayBody({ children }: ModalBodyProps | PanelBodyProps) {
  return <div className="overlay-body">{children}</div>;
}

export function OverlayFooter({ children }: ModalFooterProps | PanelFooterProps) {
  return <footer className="overlay-footer">{children}</footer>;
}

export function PanelSection({ flush, children }: PanelSectionProps) {
  return <section style={{ marginBottom: flush === true ? 0 : 24 }}>{children}</section>;
}
