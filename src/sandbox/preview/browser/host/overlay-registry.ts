/** Modals and panels by id, so that extensions can open and close them with `actions` and `reactions`. */
type Overlay = { readonly open: () => void; readonly close: () => void };
const overlays = new Map<string, Overlay>();

export function registerOverlay(id: string, overlay: Overlay): () => void {
  overlays.set(id, overlay);
  return () => {
    if (overlays.get(id) === overlay) overlays.delete(id);
  };
}

export function openOverlay(id: string): void {
  overlays.get(id)?.open();
}

export function closeOverlay(id: string): void {
  overlays.get(id)?.close();
}
