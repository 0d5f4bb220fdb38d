/**
 * What happens to `hubspot.fetch` between a card and its server: HubSpot checks the address, says who is asking, signs,
 * waits, retries once and wraps what is not a success (hubspot-platform.md section 6.6).
 */
import { signatureHeaders } from './signature.ts';

type ProxyUser = { readonly id: string; readonly email: string };

/** What an extension asked for, before anything of it is believed. */
export type FetchRequest = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; null for none. */
  readonly body: string | null;
  readonly timeoutMs: number | null;
};

export type FetchAnswer = { readonly status: number; readonly body: string };

export type FetchProxyOptions = {
  readonly portalId: string;
  readonly appId: string;
  readonly clientSecret: string;
  /** `permittedUrls.fetch` of the app's manifest, variables filled in. */
  readonly permittedUrls: readonly string[];
  readonly apiBaseUrl: string;
  /** Where `apiBaseUrl` really is; requests are signed for the former and sent to the latter. */
  readonly serverUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH']);
const maximumBytes = 1_000_000;
const maximumConcurrent = 20;
const defaultTimeoutMs = 15_000;
const maximumTimeoutMs = 120_000;

function failure(status: number, category: string, message: string, context: object = {}): FetchAnswer {
  return { status, body: JSON.stringify({ status: 'error', category, message, context }) };
}

function invalid(message: string): FetchAnswer {
  return failure(400, 'VALIDATION_ERROR', message);
}

/** Null when HubSpot would send the request; otherwise its refusal. */
function refuse(request: FetchRequest, options: FetchProxyOptions): FetchAnswer | null {
  if (!URL.canParse(request.url)) return invalid(`"${request.url}" is not an absolute URL.`);
  const url = new URL(request.url);
  if (url.protocol !== 'https:') return invalid('hubspot.fetch calls https only.');
  if (['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    return invalid('hubspot.fetch never calls localhost.');
  }
  const permitted = options.permittedUrls.some((permittedUrl) => new URL(permittedUrl).origin === url.origin);
  if (!permitted) return invalid(`${url.origin} is not in permittedUrls.fetch of the app's manifest.`);
  if (!methods.has(request.method)) return invalid(`The method ${request.method} is not supported.`);
  const stranger = Object.keys(request.headers).find((name) => name.toLowerCase() !== 'authorization');
  if (stranger !== undefined) return invalid(`Only the Authorization header may be set, not ${stranger}.`);
  if (Buffer.byteLength(request.body ?? '') > maximumBytes) return invalid('The body is larger than 1 MB.');
  if ((request.timeoutMs ?? 0) > maximumTimeoutMs) return invalid('The timeout is longer than 120 seconds.');
  return null;
}

/** Adds who is asking, in the order HubSpot was seen to use. */
function addressed(url: string, user: ProxyUser, options: FetchProxyOptions): string {
  const identity = [
    ['userId', user.id],
    ['portalId', options.portalId],
    ['userEmail', user.email],
    ['appId', options.appId],
  ].map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
  const bare = url.replace(/#.*$/s, '');
  return `${bare}${bare.includes('?') ? '&' : '?'}${identity.join('&')}`;
}

async function send(
  publicUrl: string,
  request: FetchRequest,
  options: FetchProxyOptions,
  signal: AbortSignal,
): Promise<FetchAnswer> {
  const signed = {
    method: request.method,
    url: publicUrl,
    body: request.body ?? '',
    timestampMs: options.now(),
  };
  const response = await fetch(options.serverUrl + publicUrl.slice(options.apiBaseUrl.length), {
    method: request.method,
    headers: {
      ...request.headers,
      ...signatureHeaders(options.clientSecret, signed),
      ...(request.body === null ? {} : { 'content-type': 'application/json' }),
    },
    body: request.body,
    redirect: 'manual',
    signal,
  });
  return { status: response.status, body: await response.text() };
}

/** One automatic retry on a failed connection or a 5xx, within the same time limit. */
async function sendWithRetry(
  publicUrl: string,
  request: FetchRequest,
  options: FetchProxyOptions,
): Promise<FetchAnswer> {
  const signal = AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs);
  try {
    const first = await send(publicUrl, request, options, signal);
    if (first.status < 500) return first;
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return send(publicUrl, request, options, signal);
}

function wrapped({ status, body }: FetchAnswer): FetchAnswer {
  if (Buffer.byteLength(body) > maximumBytes) {
    return failure(502, 'BAD_GATEWAY', "The app's server answered with more than 1 MB.");
  }
  if (status < 300) return { status, body };
  return failure(502, 'BAD_GATEWAY', "The app's server did not answer with success.", {
    appServerStatusCode: [String(status)],
    responseBody: [body],
  });
}

export type FetchProxy = (request: FetchRequest, user: ProxyUser) => Promise<FetchAnswer>;

/** One proxy per app and account: the limit of 20 concurrent requests is counted in it. */
export function createFetchProxy(options: FetchProxyOptions): FetchProxy {
  let underWay = 0;
  return async (request, user) => {
    const refusal = refuse(request, options);
    if (refusal !== null) return refusal;
    if (underWay >= maximumConcurrent) {
      return failure(429, 'RATE_LIMITS', `More than ${maximumConcurrent} requests of this app at once.`);
    }
    underWay++;
    try {
      return wrapped(await sendWithRetry(addressed(request.url, user, options), request, options));
    } catch (error) {
      const timedOut = error instanceof Error && error.name === 'TimeoutError';
      return timedOut
        ? failure(504, 'GATEWAY_TIMEOUT', "The app's server did not answer in time.")
        : failure(502, 'BAD_GATEWAY', `The app's server cannot be reached: ${String(error)}`);
    } finally {
      underWay--;
    }
  };
}
