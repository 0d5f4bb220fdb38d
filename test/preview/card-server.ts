/**
 * A stand-in for Rekindle's server: our real check of HubSpot's signature in front of answers that a test chooses. What
 * the preview signs must pass what the product verifies.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { verifySignature } from '../../src/hubspot/signature.ts';
import type { CardResponse, CreateTaskResponse } from '../../src/web/contract.ts';

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
  readonly asked: { method: string; path: string; userId: string; body: string }[];
  close(): Promise<void>;
};

/** Refuses with 401 what the product would refuse, and with 403 what is meant for another account or app. */
function refusalOf(request: Request, options: CardServerOptions): number | null {
  const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const result = verifySignature({
    clientSecret: options.clientSecret,
    method: request.method,
    url: options.publicUrl + request.originalUrl,
    rawBody,
    signature: request.get('x-hubspot-signature-v3') ?? '',
    timestamp: request.get('x-hubspot-request-timestamp') ?? '',
    now: Date.now(),
  });
  if (!result.ok) return 401;
  const ours = request.query['portalId'] === options.portalId && request.query['appId'] === options.appId;
  return ours ? null : 403;
}

export async function startCardServer(options: CardServerOptions): Promise<CardServer> {
  const asked: CardServer['asked'] = [];
  const app = express();
  app.set('query parser', 'simple');
  app.use(express.raw({ type: () => true }), (request: Request, response: Response, next: NextFunction) => {
    const refusal = refusalOf(request, options);
    if (refusal !== null) return void response.status(refusal).json({ error: 'No.', correlationId: 'c-1' });
    const { method, path, query, body } = request as Request & { body: unknown };
    asked.push({
      method,
      path,
      userId: String(query['userId']),
      body: Buffer.isBuffer(body) ? body.toString() : '',
    });
    next();
  });
  app.get('/card', (request, response) => {
    const answer = options.card(String(request.query['companyId']));
    if (typeof answer !== 'number') return void response.json(answer);
    response.status(answer).json({ error: 'The database is away.', correlationId: 'c-42' });
  });
  app.post('/card/task', async (_request, response) => {
    const { companyId } = JSON.parse(asked.at(-1)?.body ?? '') as { companyId: string };
    response.json(await options.createTask(companyId));
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
