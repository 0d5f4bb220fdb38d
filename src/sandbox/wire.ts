/** Putting an answer on the wire, whole or broken. */
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Effect } from './faults.ts';

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly contentType: string;
};

const largestBody = 10_000_000;

/** The request's body; null when it is larger than anything HubSpot takes. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A request body arrives as bytes.');
    size += chunk.length;
    if (size > largestBody) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends a reply as the faults will have it. Returns its status; 0 when the caller got none. */
export async function send(
  response: ServerResponse,
  reply: Reply | null,
  effects: readonly Effect[],
  closing: AbortSignal,
): Promise<number> {
  const cut = effects.find((one) => one.effect === 'disconnect');
  if (reply === null || cut?.when === 'after') {
    response.destroy();
    return 0;
  }
  const { status, headers, text, contentType } = garbled(reply, effects);
  const isBomb = effects.some((one) => one.effect === 'garble' && one.as === 'gzip-bomb');
  const body = isBomb ? gzipBomb() : Buffer.from(text, 'utf8');
  response.writeHead(status, {
    ...headers,
    ...(isBomb ? { 'content-encoding': 'gzip' } : {}),
    ...(status === 204 ? {} : { 'content-type': contentType, 'content-length': String(body.length) }),
  });
  if (cut?.when === 'during') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return 0;
  }
  const drip = effects.find((one) => one.effect === 'drip');
  if (drip !== undefined) return await dripOut(response, status, body, drip.perByteMs, closing);
  response.end(status === 204 ? undefined : body);
  return status;
}

function garbled(reply: Reply, effects: readonly Effect[]): Reply {
  const { text } = reply;
  const how = effects.find((one) => one.effect === 'garble')?.as;
  switch (how) {
    case 'truncated':
      return { ...reply, text: text.slice(0, Math.floor(text.length / 2)) };
    case 'empty':
      return { ...reply, text: '' };
    case 'bom':
      return { ...reply, text: `\u{FEFF}${text}` };
    case 'content-type':
      return { ...reply, contentType: 'text/plain' };
    default:
      return reply;
  }
}

const mebibyte = 1_048_576;

/** Some 80 kB that unpack to 80 MiB of blanks: one packed piece, over and over. */
function gzipBomb(): Buffer {
  const piece = gzipSync(Buffer.alloc(mebibyte, ' '));
  return Buffer.concat(Array.from({ length: 80 }, () => piece));
}

async function dripOut(
  response: ServerResponse,
  status: number,
  body: Buffer,
  perByteMs: number,
  closing: AbortSignal,
): Promise<number> {
  for (const byte of body) {
    if (response.destroyed || closing.aborted) {
      response.destroy();
      return 0;
    }
    response.write(Buffer.of(byte));
    await pause(perByteMs, closing);
  }
  response.end();
  return status;
}

/** Waits; at once when the sandbox closes. Infinity waits for that alone. */
export async function pause(forMs: number, closing: AbortSignal): Promise<void> {
  if (closing.aborted) return;
  if (forMs === Number.POSITIVE_INFINITY) {
    await once(closing, 'abort');
    return;
  }
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      closing.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, forMs);
    closing.addEventListener('abort', finish);
  });
}
