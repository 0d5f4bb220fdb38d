import type {
  ModalBodyProps,
  ModalFooterProps,
  ModalProps,
  PanelBodyProps,
  PanelFooterProps,
  PanelProps,
  PanelSectionProps,
} from '@hubspot/ui-extensions';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { Dialog } from '../Dialog.tsx';
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
  const dismiss = (): void => {
    close();
    onClose?.();
  };
  useEffect(() => registerOverlay(id, { open, close: dismiss }));
  useEffect(() => {
    if (isOpen) onOpen?.();
    // Opening is the event; a new `onOpen` is not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isOpen]);
  if (!isOpen) return null;
  return createPortal(
    <Dialog kind={kind} label={label} title={title ?? ''} width={width} onClose={dismiss}>
      {children}
    </Dialog>,
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
