/** What surrounds every page: toasts and the iframe modal, which extensions can ask for too. */
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { Dialog } from './Dialog.tsx';
import type { Alert, IframeModal } from './realm.ts';

export type Shell = {
  addAlert(alert: Alert): void;
  openIframe(modal: IframeModal, onClose?: () => void): void;
};

const ShellContext = createContext<Shell | null>(null);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === null) throw new Error('useShell outside of ShellProvider');
  return shell;
}

type Toast = Alert & { readonly id: number };

export function ShellProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const [iframe, setIframe] = useState<{ modal: IframeModal; onClose: (() => void) | undefined } | null>(
    null,
  );

  const dismiss = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  );
  const shell = useMemo<Shell>(
    () => ({
      // Toasts stay until they are dismissed or five newer ones push them out: nothing vanishes while it is read.
      addAlert: (alert) =>
        setToasts((shown) => [...shown.slice(-4), { ...alert, id: (shown.at(-1)?.id ?? 0) + 1 }]),
      openIframe: (modal, onClose) => setIframe({ modal, onClose }),
    }),
    [],
  );
  const closeIframe = (): void => {
    iframe?.onClose?.();
    setIframe(null);
  };

  return (
    <ShellContext.Provider value={shell}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={`alert alert-${toast.type ?? 'info'} toast`}>
            <div>
              {toast.title === undefined ? null : <strong>{toast.title}</strong>}
              <div>{toast.message}</div>
            </div>
            <button
              type="button"
              className="icon-button"
              aria-label="Dismiss"
              onClick={() => dismiss(toast.id)}
            >
              ×
            </button>
          </div>
        ))}
      </div>
      {iframe === null ? null : (
        <Dialog
          kind="modal"
          title={iframe.modal.title ?? ''}
          label={iframe.modal.title ?? 'Page'}
          onClose={closeIframe}
        >
          <iframe
            title={iframe.modal.title ?? 'Page'}
            src={iframe.modal.uri}
            width={iframe.modal.width}
            height={iframe.modal.height}
            sandbox="allow-scripts allow-forms"
          />
        </Dialog>
      )}
    </ShellContext.Provider>
  );
}
