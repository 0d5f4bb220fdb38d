/** Events and reactions as they cross to an extension: plain data and functions, never the browser's own event. */
import type { ExtensionEvent, ReactionsHandler } from '@hubspot/ui-extensions';
import { closeOverlay, openOverlay } from './overlay-registry.ts';

export const reactions: Parameters<ReactionsHandler<ExtensionEvent>>[1] = {
  openPanel: openOverlay,
  openModal: openOverlay,
  closePanel: closeOverlay,
  closeModal: closeOverlay,
};

export function clickEvent(): ExtensionEvent {
  return { type: 'click', bubbles: true, timeStamp: performance.now(), id: '' };
}

export function submitEvent<Values>(targetValue: Values): ExtensionEvent & { targetValue: Values } {
  return { type: 'submit', bubbles: true, timeStamp: performance.now(), id: '', targetValue };
}
