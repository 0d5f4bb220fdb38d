/** Makes keys for programs that send activity, for the settings page and the command line alike. */
import { keyIdFor, newSecret, secretHash, sourceName } from '../intake/rest-key.ts';
import { createKey, keysPerSource, type ApiKey, type KeyActor } from '../store/api-keys.ts';
import type { Store } from '../store/connect.ts';

export type IssueOutcome =
  /** The secret is kept by nobody but whoever gets this. */
  | { readonly state: 'created'; readonly key: ApiKey; readonly secret: string }
  | { readonly state: 'refused'; readonly sentence: string };

/** What stands before the id, wherever a key is named. */
export function startOf({ id }: Pick<ApiKey, 'id'>): string {
  return `rk_${id}`;
}

const nameCharacters = 80;
/** What ends a line or turns the text around it would make another sentence of a line of the log. */
const foreignToNames = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** @param asked.requestKey new for each key that somebody wants, the same when they ask again for that one */
export async function issueKey(
  { db }: Store,
  asked: { readonly requestKey: string; readonly source: string; readonly name: string },
  by: KeyActor,
): Promise<IssueOutcome> {
  const source = asked.source.trim();
  const name = asked.name.trim();
  const wrong = problemOf(source, name);
  if (wrong !== null) return { state: 'refused', sentence: wrong };
  const id = keyIdFor(asked.requestKey);
  const secret = newSecret(id);
  const outcome = await createKey(db, { id, source, name, secretHash: secretHash(secret) }, by);
  switch (outcome.state) {
    case 'created':
      return { state: 'created', key: outcome.key, secret };
    case 'too_many':
      return { state: 'refused', sentence: tooMany(source, outcome.keys) };
    case 'taken':
      return {
        state: 'refused',
        sentence: `This key was created before, and its secret cannot be shown again. If nobody has it, revoke ${startOf({ id })} and create another.`,
      };
  }
}

function problemOf(source: string, name: string): string | null {
  if (!sourceName.test(source)) {
    return 'The source needs a short name in small letters, digits and hyphens, such as partner-portal: up to 40, with a letter or digit at both ends.';
  }
  if (name === '' || name.length > nameCharacters || foreignToNames.test(name)) {
    return `The key needs a name of one line, of up to ${nameCharacters} characters that says who uses it, such as “Portal sync, production”.`;
  }
  return null;
}

function tooMany(source: string, keys: readonly ApiKey[]): string {
  const named = keys.map((key) => `${startOf(key)} “${key.name}”`).join(' and ');
  return `${source} has ${keysPerSource} valid keys, ${named}, and may not have more. Revoke one that is not needed any more first.`;
}
