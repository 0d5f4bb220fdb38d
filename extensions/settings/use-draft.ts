import { useEffect, useState } from 'react';
import type { Settings } from '../../src/model/settings.ts';
import { rebased } from './rebase.ts';

export type Draft = {
  readonly settings: Settings;
  /** The version that it was made of; null where there was none. */
  readonly base: number | null;
  readonly note: string;
};

type Start = Omit<Draft, 'note'>;
type State = Draft & { readonly start: Settings };

/** What a person is making of the settings; nothing of it is anywhere else until it is saved. */
export function useDraft(
  { settings, base }: Start,
  inForce: { readonly version: number; readonly settings: Settings } | null,
): {
  draft: Draft;
  change: (changes: Partial<Settings>) => void;
  replace: (settings: Settings) => void;
  setNote: (note: string) => void;
  /** The same changes on top of a later version, once that one is known to be in force. */
  rebase: (version: number) => void;
} {
  const [draft, setDraft] = useState<State>({ settings, base, note: '', start: settings });
  const [wanted, setWanted] = useState<number | null>(null);

  useEffect(() => {
    if (wanted === null || inForce === null || inForce.version < wanted) return;
    setWanted(null);
    setDraft((now) => onTopOf(now, inForce));
  }, [wanted, inForce]);

  return {
    draft,
    change: (changes) => setDraft((now) => ({ ...now, settings: { ...now.settings, ...changes } })),
    replace: (whole) => setDraft((now) => ({ ...now, settings: whole })),
    setNote: (note) => setDraft((now) => ({ ...now, note })),
    rebase: setWanted,
  };
}

/** Whoever began without settings has changed everything. */
function onTopOf(draft: State, theirs: { version: number; settings: Settings }): State {
  const settings =
    draft.base === null ? draft.settings : rebased(draft.start, draft.settings, theirs.settings);
  return { ...draft, settings, base: theirs.version, start: theirs.settings };
}
