import type { Settings } from '../../src/model/settings.ts';
import type { PageAnswer, PortalAnswer } from './answer.ts';

/** What every section of the page works with. */
export type Edit = {
  readonly settings: Settings;
  readonly change: (changes: Partial<Settings>) => void;
  readonly readOnly: boolean;
  readonly server: string | null;
  readonly words: PageAnswer['words'];
  /** What the account has to choose from; empty until it is known. */
  readonly portal: PortalAnswer;
};

/** One of a list replaced, or taken out with null. */
export function withItem<T>(items: readonly T[], index: number, item: T | null): T[] {
  return items.flatMap((one, at) => (at === index ? (item === null ? [] : [item]) : [one]));
}
