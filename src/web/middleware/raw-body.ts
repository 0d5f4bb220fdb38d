import express, { type Request, type RequestHandler } from 'express';
import { limits } from '../limits.ts';

/**
 * Reads the body's bytes as they came, whatever their type: the signature is over bytes, and parsing comes after it.
 * Compressed bodies are refused (415), so that a few bytes cannot become many.
 */
export function readRawBody(limit: number = limits.bodyBytes): RequestHandler {
  return express.raw({ type: () => true, limit, inflate: false });
}

/** The bytes that `readRawBody` read; none for a request without a body. */
export function rawBodyOf(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
