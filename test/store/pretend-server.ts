/** As much of PostgreSQL's protocol as it takes to be asked for a version. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import pg from 'pg';

type Version = { readonly server_version_num: string; readonly server_version: string };

/** A server that accepts everybody and answers every query with one row: the number and the name of its version. */
export async function pretendServer(version: Version): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((socket) => serve(socket, version));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = async () =>
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  return { url: `postgres://user@127.0.0.1:${port}/x`, close };
}

const two = Buffer.from([0, 2]);
const ready = message('Z', Buffer.from('I'));

function serve(socket: Socket, version: Version): void {
  const { INT4, TEXT } = pg.types.builtins;
  const answer = Buffer.concat([
    message('T', Buffer.concat([two, column('number', INT4), column('name', TEXT)])),
    message('D', Buffer.concat([two, value(version.server_version_num), value(version.server_version)])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
  let welcomed = false;
  socket.on('data', (data) => {
    const type = String.fromCharCode(data[0] ?? 0);
    if (!welcomed) socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
    else if (type === 'Q') socket.write(answer);
    else socket.end();
    welcomed = true;
  });
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function column(name: string, typeId: number): Buffer {
  const fields = Buffer.alloc(18);
  fields.writeInt32BE(typeId, 6);
  fields.writeInt16BE(-1, 10);
  return Buffer.concat([Buffer.from(`${name}\0`), fields]);
}

function value(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}
