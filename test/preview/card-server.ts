/**
 * A stand-in for Rekindle's server: our real check of HubSpot's signature in front of answers that a test chooses. What
 * the preview signs must pass what the product verifies.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { CardResponse, CreateTaskResponse } from '../../src/web/contract.ts';
import { ourPortalOnly } from '../../src/web/middleware/our-portal.ts';
import { rawBodyOf, readRawBody } from '../../src/web/middleware/raw-body.ts';
import { requireSignature } from '../../src/web/middleware/signature.ts';
import { Refusal } from '../../src/web/refusal.ts';
import { signedRequestOf } from '../../src/web/signed-request.ts';

export type CardServerOptions = {
  readonly clientSecret: string;
  readonly publicUrl: string;
  readonly portalId: string;
  readonly appId: string;
  /** What the card of a company shows; a status code stands for a server that answers with it. */
  readonly card: (companyId: string) => CardResponse | number;
  readonly createTask: (companyId: string) => CreateTaskResponse | Promise<CreateTaskResponse>;
};

export type CardServer = {
  readonly url: string;
  /** Who asked for what, from the verified request. */
  readonly asked: { method: string; path: string; userId: string | undefined; body: string }[];
  close(): Promise<void>;
};

export async function startCardServer(options: CardServerOptions): Promise<CardServer> {
  const asked: CardServer['asked'] = [];
  const app = express();
  app.set('query parser', 'simple');
  app.use(readRawBody(), requireSignature({ ...options, clock: Date.now }), ourPortalOnly(options));
  app.use((request, _response, next) => {
    const userId = signedRequestOf(request).parameters.get('userId');
    asked.push({ method: request.method, path: request.path, userId, body: rawBodyOf(request).toString() });
    next();
  });
  app.get('/card', (request, response) => {
    const answer = options.card(signedRequestOf(request).parameters.get('companyId') ?? '');
    if (typeof answer !== 'number') return void response.json(answer);
    response.status(answer).json({ error: 'The database is away.', correlationId: 'c-42' });
  });
  app.post('/card/task', async (request, response) => {
    const { companyId } = JSON.parse(rawBodyOf(request).toString()) as { companyId: string };
    response.json(await options.createTask(companyId));
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const status = error instanceof Refusal ? error.status : 500;
    response.status(status).json({ error: String(error), correlationId: 'c-1' });
  });
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
