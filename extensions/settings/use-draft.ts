import { useState } from 'react';
import type { Settings } from '../../src/model/settings.ts';

export type Draft = {
  readonly settings: Settings;
  /** The version that it was made of; null where there was none. */
  readonly base: number | null;
  readonly note: string;
};

/** What a person is making of the settings; nothing of it is anywhere else until it is saved. */
export function useDraft(given: Omit<Draft, 'note'>): {
  draft: Draft;
  change: (changes: Partial<Settings>) => void;
  replace: (settings: Settings) => void;
  setNote: (note: string) => void;
  /** The same draft, made of a later version. */
  rebase: (base: number) => void;
} {
  const [draft, setDraft] = useState<Draft>({ ...given, note: '' });
  return {
    draft,
    change: (changes) => setDraft((now) => ({ ...now, settings: { ...now.settings, ...changes } })),
    replace: (settings) => setDraft((now) => ({ ...now, settings })),
    setNote: (note) => setDraft((now) => ({ ...now, note })),
    rebase: (base) => setDraft((now) => ({ ...now, base })),
  };
}
