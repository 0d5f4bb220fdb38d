/**
 * The keys with which programs send activity: `rk_<id>_<secret><checksum>`, all letters and digits, so that one double click
 * marks a key and a scanner for leaked secrets finds it by its form. The checksum tells a mistyped or invented key
 * without asking the database.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 8;
/** 256 bits. */
const secretBytes = 32;
const secretLength = 43;
const checksumLength = 6;

const form = new RegExp(`^rk_[0-9A-Za-z]{${idLength}}_[0-9A-Za-z]{${secretLength + checksumLength}}$`);
export const keyLength = 'rk_'.length + idLength + '_'.length + secretLength + checksumLength;

/** The id of a key that somebody asks for under `requestKey`: whoever asks again asks for the same one. */
export function keyIdFor(requestKey: string): string {
  return inDigits(Buffer.from(hash('sha256', requestKey, 'hex'), 'hex'), idLength);
}

/** A key of this id, which nobody has had before. */
export function newSecret(id: string): string {
  const start = `rk_${id}_${inDigits(randomBytes(secretBytes), secretLength)}`;
  return start + checksumOf(start);
}

/** The id in a key; null for what cannot be one of ours. */
export function idInSecret(secret: string): string | null {
  if (!form.test(secret)) return null;
  const start = secret.slice(0, -checksumLength);
  return checksumOf(start) === secret.slice(-checksumLength) ? secret.slice(3, 3 + idLength) : null;
}

/**
 * What is kept of a key. A plain hash is enough: slow ones protect what people make up, and nobody tries 2^256 keys.
 */
export function secretHash(secret: string): Buffer {
  return Buffer.from(hash('sha256', secret, 'hex'), 'hex');
}

/** In a time that says nothing about how much of it is right. */
export function isSecretOf(secret: string, kept: Buffer): boolean {
  return timingSafeEqual(secretHash(secret), kept);
}

function checksumOf(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return inDigits(bytes, checksumLength);
}

/** The last `length` digits of a number to the base of 62. */
function inDigits(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  while (text.length < length) {
    text = digits.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

/** Names of sources: what stands behind `rest:`, for ever. */
export const sourceName = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
