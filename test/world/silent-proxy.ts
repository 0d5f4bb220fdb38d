/** A way to the tests' PostgreSQL that can fall silent: connections stay open, new ones come about, and no byte passes. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { inject } from 'vitest';

export type SilentProxy = {
  readonly port: number;
  fallSilent(): void;
  /** What waited arrives. */
  speak(): void;
  close(): Promise<void>;
};

export async function startSilentProxy(): Promise<SilentProxy> {
  const { host, port } = inject('postgres');
  const sockets = new Set<Socket>();
  let silent = false;
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on('data', (data) => other.write(data));
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    if (silent) socket.pause();
  };
  const server = createServer((client) => {
    const database = connect(`${host}/.s.PGSQL.${port}`);
    keep(client, database);
    keep(database, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    fallSilent: () => {
      silent = true;
      for (const socket of sockets) socket.pause();
    },
    speak: () => {
      silent = false;
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
