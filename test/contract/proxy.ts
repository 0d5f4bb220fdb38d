/** Stands between a client and the sandbox, judges what passes, and changes none of it. */
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { buildContract } from './contract.ts';
import { createJudge, type SentRequest, type Violation } from './judge.ts';

export type RunningJudge = {
  /** For HUBSPOT_API_URL; without a slash at its end. */
  readonly url: string;
  violations(): readonly Violation[];
  /** How often each operation of the contract was asked for. */
  operations(): Readonly<Record<string, number>>;
  close(): Promise<void>;
};

/** @param upstream the sandbox's address */
export async function startJudge({ upstream }: { readonly upstream: string }): Promise<RunningJudge> {
  const judge = await createJudge(buildContract());
  const violations: Violation[] = [];
  const operations: Record<string, number> = {};
  const proxy = await startProxy(upstream, {
    asked(request) {
      violations.push(...judge.judgeRequest(request));
      const operation = judge.operationOf(request);
      if (operation !== null) operations[operation] = (operations[operation] ?? 0) + 1;
    },
    answered: (request, status, text) => violations.push(...judge.judgeAnswer(request, status, text)),
  });
  return { ...proxy, violations: () => violations, operations: () => operations };
}

type Witness = {
  asked(request: SentRequest): void;
  answered(request: SentRequest, status: number, text: string): void;
};

export async function startProxy(
  upstream: string,
  witness: Witness,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const { method = 'GET', url = '/', headers } = incoming;
    const request: SentRequest = { method, url, headers, body: body.toString() };
    witness.asked(request);
    const forwarded = httpRequest(new URL(url, upstream), {
      method,
      headers: { ...headers, host: new URL(upstream).host },
    });
    outgoing.on('close', () => forwarded.destroy());
    forwarded.end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const content = await buffer(answer);
    const status = answer.statusCode ?? 0;
    witness.answered(request, status, content.toString());
    outgoing.writeHead(status, answer.rawHeaders);
    outgoing.end(content);
  };

  const server = createServer({ maxHeaderSize: 65_536 }, (incoming, outgoing) => {
    // A connection that broke behind us breaks in front of us, as it would without us.
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The judge listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
