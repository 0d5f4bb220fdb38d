import { useState } from 'react';
import type { Settings } from '../../src/model/settings.ts';
import { rebased } from './rebase.ts';

export type Draft = {
  readonly settings: Settings;
  /** The version that it was made of; null where there was none. */
  readonly base: number | null;
  readonly note: string;
};

type Start = Omit<Draft, 'note'>;
type InForce = { readonly version: number; readonly settings: Settings };
type State = Draft & {
  /** What it was made of. */
  readonly start: Settings;
  /** The version on top of which it is to be put as soon as the page knows that one; null for none. */
  readonly wanted: number | null;
};

/** What a person is making of the settings; nothing of it is anywhere else until it is saved. */
export function useDraft(
  { settings, base }: Start,
  inForce: InForce | null,
): {
  draft: Draft;
  change: (changes: Partial<Settings>) => void;
  replace: (settings: Settings) => void;
  setNote: (note: string) => void;
  /** The same changes on top of a later version, once that one is known to be in force. */
  rebase: (version: number) => void;
} {
  const [state, setState] = useState<State>({ settings, base, note: '', start: settings, wanted: null });
  const draft = onTopOf(state, inForce);
  if (draft !== state) setState(draft);
  return {
    draft,
    change: (changes) => setState((now) => ({ ...now, settings: { ...now.settings, ...changes } })),
    replace: (whole) => setState((now) => ({ ...now, settings: whole })),
    setNote: (note) => setState((now) => ({ ...now, note })),
    rebase: (wanted) => setState((now) => ({ ...now, wanted })),
  };
}

function onTopOf(state: State, inForce: InForce | null): State {
  const { wanted, base, start, settings } = state;
  if (wanted === null || inForce === null || inForce.version < wanted) return state;
  return {
    ...state,
    // Whoever began without settings has changed everything.
    settings: base === null ? settings : rebased(start, settings, inForce.settings),
    base: inForce.version,
    start: inForce.settings,
    wanted: null,
  };
}
