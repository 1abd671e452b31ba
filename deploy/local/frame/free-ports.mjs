/**
 * Loopback ports that nobody uses. They lie below the range from which the system serves outgoing connections, so that
 * none of those takes one between its choice here and the start of the service.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const FIRST_PORT = 20_000;
const END_PORT = 32_000;
const TRIES_MAX = 200;

/** `count` different ports. */
export async function freePorts(count) {
  const held = [];
  try {
    for (let tries = 0; held.length < count; tries += 1) {
      if (tries === TRIES_MAX) throw new Error(`found only ${held.length} of ${count} free ports: end what listens`);
      const server = await listenOn(randomInt(FIRST_PORT, END_PORT));
      if (server) held.push(server);
    }
    return held.map((server) => server.address().port);
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** A server that holds the port, or undefined if somebody else does. */
function listenOn(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
