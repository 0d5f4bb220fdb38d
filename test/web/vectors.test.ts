import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import express, { type Request, type Response } from 'express';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/web/log.ts';
import { answerErrors } from '../../src/web/middleware/errors.ts';
import { readRawBody } from '../../src/web/middleware/raw-body.ts';
import { requireSignature } from '../../src/web/middleware/signature.ts';
import { verifiedRequestOf } from '../../src/web/verified-request.ts';
import { sendRaw, type Answer } from './world.ts';

/** hubspot-platform.md 10.2, the public URL being everything before the path. */
type Vector = {
  name: string;
  clientSecret: string;
  publicUrl: string;
  method: string;
  target: string;
  body: string;
  timestamp: number;
  signature: string;
};
const recommendations = {
  clientSecret: 'test-secret',
  publicUrl: 'https://api.example.com',
  method: 'GET',
  target: '/v1/companies/42/recommendations?userId=7&portalId=123&userEmail=jane%40acme.com&appId=99',
  body: '',
  timestamp: 1795323496199,
};
const documented = {
  clientSecret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  publicUrl: 'https://www.example.com',
  method: 'POST',
  target: '/webhook_uri',
  body: "{'example_field':'example_value'}",
};
const vectors: Vector[] = [
  {
    ...recommendations,
    name: 'hubspot.fetch, its address decoded as documented',
    signature: 'ikeM/O8hr5B/zcqL641aUQGyHiPqKWsic683LdQ78Q0=',
  },
  {
    ...recommendations,
    name: 'hubspot.fetch, its address as sent',
    signature: '7fgKErlFR/vb4bUXYfDt3ilIZTLkf0O5pO71N4sBNpo=',
  },
  {
    name: "HubSpot's dev proxy, which calls loopback",
    clientSecret: 's3cret',
    publicUrl: 'http://localhost:3977',
    method: 'POST',
    target: '/v1/x?portalId=1&userId=2&userEmail=a%40b.c&appId=9',
    body: '{"a":1}',
    timestamp: 1795323496199,
    signature: '6LfecLICECCYuG3SuRCT+0zw+r0hpTrp4WofIcIcKHI=',
  },
  {
    ...documented,
    name: "HubSpot's documented example",
    timestamp: 1693657560000,
    signature: 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
  },
  {
    ...documented,
    name: 'the same at another time',
    timestamp: 1700000300000,
    signature: 'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=',
  },
];

async function answerTo(vector: Vector, signature: string): Promise<Answer> {
  const app = express();
  app.use(
    readRawBody(),
    requireSignature({
      clientSecret: vector.clientSecret,
      publicUrl: vector.publicUrl,
      clock: () => vector.timestamp + 1000,
    }),
    (request: Request, response: Response) => {
      const { parameters, rawBody } = verifiedRequestOf(request);
      response.json({ parameters: Object.fromEntries(parameters), body: rawBody.toString() });
    },
    answerErrors(createLogger({ level: 'silent' })),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    return await sendRaw((server.address() as AddressInfo).port, {
      ...vector,
      headers: [
        ['Host', 'anything'],
        ['X-HubSpot-Signature-v3', signature],
        ['X-HubSpot-Request-Timestamp', String(vector.timestamp)],
      ],
    });
  } finally {
    server.close();
  }
}

test.each(vectors)('$name is let in over HTTP, and read from what was signed', async (vector) => {
  const answer = await answerTo(vector, vector.signature);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    parameters: Object.fromEntries(new URL(vector.publicUrl + vector.target).searchParams),
    body: vector.body,
  });
});

test.each(vectors)("$name is turned away with another vector's signature", async (vector) => {
  const other = vectors.find(
    ({ target, timestamp }) => target !== vector.target || timestamp !== vector.timestamp,
  );
  expect((await answerTo(vector, other?.signature ?? '')).status).toBe(401);
});
