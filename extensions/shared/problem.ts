/** Something went wrong between the card and Rekindle's server, in words a partner manager can act on. */
export type Problem = {
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
  /** What an administrator needs to find it in the server's log; null when there is none. */
  readonly reference: string | null;
};

export const unreachable: Problem = {
  title: 'Rekindle cannot be reached',
  advice:
    'HubSpot got no answer from Rekindle’s server. Try again in a minute. If it stays like this, tell your Rekindle administrator.',
  reference: null,
};

export const misunderstood: Problem = {
  title: 'Rekindle’s answer makes no sense to this card',
  advice:
    'The card and the server are probably of different versions. Reload the page; if that does not help, ask your Rekindle administrator to upload the app again.',
  reference: null,
};

export const notConfigured: Problem = {
  title: 'This card does not know where Rekindle’s server is',
  advice:
    'Ask your Rekindle administrator to set API_BASE_URL in the HubSpot project profile and to upload the app again.',
  reference: null,
};

type Explanation = { readonly title: string; readonly advice: string };

const refused: Explanation = {
  title: 'Rekindle did not accept HubSpot’s request',
  advice:
    'Ask your Rekindle administrator to run “rekindle doctor”: the client secret, the account or the public address on the server may not belong to this app.',
};

const explanations: ReadonlyMap<number, Explanation> = new Map([
  [401, refused],
  [403, refused],
  [
    404,
    {
      title: 'Rekindle’s server does not know this request',
      advice:
        'The card is probably newer than the server, or API_BASE_URL points elsewhere. Ask your Rekindle administrator to check both.',
    },
  ],
  [
    429,
    {
      title: 'Rekindle is busy',
      advice: 'Too many requests at the moment. Wait a minute, then try again.',
    },
  ],
]);

const serverTrouble: Explanation = {
  title: 'Rekindle’s server has a problem',
  advice:
    'Try again in a minute. If it stays like this, give your Rekindle administrator the reference below.',
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** HubSpot is not documented to send these as one value or as a list of one (hubspot-platform.md 6.6): take both. */
function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return null; // Not our server's words (a proxy's HTML page, say), so there is no reference in them.
  }
}

/**
 * Explains an answer that is not a success. `status` is what HubSpot reports; where HubSpot wrapped our server's answer
 * (category BAD_GATEWAY), the server's own status and correlation id are inside.
 */
export function explainRefusal(status: number, body: unknown): Problem {
  const context = isObject(body) && isObject(body['context']) ? body['context'] : {};
  const inner = Number(first(context['appServerStatusCode']));
  const answer = context['responseBody'] === undefined ? body : parsed(first(context['responseBody']));
  const reference =
    isObject(answer) && typeof answer['correlationId'] === 'string' ? answer['correlationId'] : null;
  const known = explanations.get(Number.isInteger(inner) && inner > 0 ? inner : status);
  if (known !== undefined) return { ...known, reference };
  return reference === null ? unreachable : { ...serverTrouble, reference };
}
