/** Asks the preview's own server; rejects with a message that the page can show. */
export async function askPreview<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(
    path,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  const answer: unknown = await response.json();
  if (response.ok) return answer as T; // Our own server, of the same build.
  const message = (answer as { message?: string }).message;
  throw new Error(message ?? `The preview's server answered ${response.status}.`);
}
