/**
 * A name for one press of a button: asked twice under it, the server does it once. The worker has no crypto of its own
 * that could be relied on; a name has to be new, not secret.
 */
export function newRequestKey(): string {
  return `${Date.now().toString(36)}-${random()}${random()}`;
}

function random(): string {
  return Math.random().toString(36).slice(2, 12);
}
