/**
 * A proxy that cuts a connection after so many bytes of the answer, as a bad link does, for tests of going on.
 * It stands between a client and a node, and hands everything else on as it is.
 * It never changes a byte.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy extends AsyncDisposable {
  readonly url: string;
  /** Connections that were cut so far. */
  readonly cuts: number;
}

/** @param cutsAfter of one connection after another, after how many bytes of answers it is cut; later ones are left alone */
export async function cuttingProxy(target: string, cutsAfter: readonly number[]): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const left = [...cutsAfter];
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    const cutAfter = left.shift() ?? Number.POSITIVE_INFINITY;
    let come = 0;
    far.on('data', (bytes) => {
      come += bytes.byteLength;
      if (come <= cutAfter) {
        if (!near.write(bytes)) far.pause();
        return;
      }
      cuts += 1;
      near.write(bytes.subarray(0, bytes.byteLength - (come - cutAfter)), () => near.destroy());
      far.destroy();
    });
    near.on('drain', () => far.resume());
    near.on('data', (bytes) => void far.write(bytes));
    near.once('close', () => far.destroy());
    far.once('end', () => near.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
