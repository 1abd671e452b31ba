/** Receivers as they should not be, over real sockets. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { postEvent } from './post-event.ts';

const servers: net.Server[] = [];
const sockets = new Set<net.Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listening(server: net.Server, scheme = 'http'): Promise<URL> {
  servers.push(server);
  server.on('connection', (socket: net.Socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1`);
}

const answering = (answer: RequestListener): Promise<URL> => listening(http.createServer(answer));
const post = (url: URL, timeoutMs = 20_000, signal = new AbortController().signal) =>
  postEvent({ url, headers: { 'Pitlane-Event-Id': 'e-1' }, body: '{"vehicle":"Käfer"}' }, { timeoutMs, signal });

describe('a try at telling a receiver', () => {
  it('sends the body and the headers, and gives how the answer begins in plain text', async () => {
    const asked: unknown[] = [];
    const url = await answering((request, response) => {
      const { method, url: path, headers } = request;
      void text(request).then((body) => {
        asked.push([method, path, headers['pitlane-event-id'], body]);
        response.writeHead(201).end('thank\u001b[31m you\n');
      });
    });
    expect(await post(url)).toEqual({ status: 201, text: 'thank [31m you' });
    expect(asked).toEqual([['POST', '/hook?key=1', 'e-1', '{"vehicle":"Käfer"}']]);
  });

  it('goes nowhere where it is sent', async () => {
    let followed = 0;
    const elsewhere = await answering((_, response) => void response.end(String((followed += 1))));
    const answer = (_: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(307, { location: `http://169.254.169.254:${elsewhere.port}/` }).end();
    expect(await post(await answering(answer))).toEqual({ status: 307, text: '' });
    const near = (_: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(302, { location: elsewhere.href }).end();
    expect(await post(await answering(near))).toEqual({ status: 302, text: '' });
    expect(followed).toBe(0);
  });

  it('gives up a receiver that takes the request and says nothing', async () => {
    await expect(post(await answering(() => {}), 50)).rejects.toThrow('no answer within 0.05 s');
  });

  it('gives up one that does not speak HTTP to an end, or only drips its headers', async () => {
    const drips = net.createServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-drip: 1\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    await expect(post(await listening(drips), 80)).rejects.toThrow(/no answer within|Header overflow/);
    const endless = net.createServer((socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(64 * 1024)}`));
    await expect(post(await listening(endless))).rejects.toThrow('Header overflow');
    const noise = net.createServer((socket) => void socket.end('I am no web server\r\n\r\n'));
    await expect(post(await listening(noise))).rejects.toThrow(/Parse Error/);
    const closes = net.createServer((socket) => void socket.on('data', () => socket.destroy()));
    await expect(post(await listening(closes))).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  it('believes the status of one that drips its answer, and waits for no more of it', async () => {
    const url = await answering((_, response) => {
      response.writeHead(200).write('begun');
      const timer = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(timer));
    });
    const answer = await post(url, 80);
    expect([answer.status, answer.text.startsWith('begun.')]).toEqual([200, true]);
  });

  it('reads a few kilobytes of a huge answer and closes the connection', async () => {
    let sent = 0;
    let closed = (): void => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const url = await answering((_, response) => {
      response.on('close', closed).writeHead(500);
      const block = 'x'.repeat(64 * 1024);
      const more = (): void => {
        while (!response.destroyed && sent < 2 ** 30) {
          sent += block.length;
          if (!response.write(block)) return void response.once('drain', more);
        }
      };
      more();
    });
    expect(await post(url)).toEqual({ status: 500, text: 'x'.repeat(200) });
    await isClosed;
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  it('says that nobody listens, and that it was stopped', async () => {
    const url = await answering(() => {});
    const server = servers.pop() as net.Server;
    await new Promise((resolve) => server.close(resolve));
    await expect(post(url)).rejects.toThrow('ECONNREFUSED');
    const stop = new AbortController();
    const hangs = post(await answering(() => stop.abort()), 20_000, stop.signal);
    await expect(hangs).rejects.toThrow('it was stopped');
  });

  it('tells nothing to one whose certificate nobody signed, nor to one without TLS', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pitlane-webhook-'));
    try {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout ${key} -out ${cert}`;
      await promisify(execFile)('openssl', made.split(' '));
      let heard = 0;
      const files = { key: await readFile(key), cert: await readFile(cert) };
      const url = await listening(
        https.createServer(files, (_, response) => void response.end(String((heard += 1)))),
        'https',
      );
      await expect(post(url)).rejects.toThrow('self-signed certificate');
      const plain = await answering((_, response) => void response.end(String((heard += 1))));
      plain.protocol = 'https:';
      await expect(post(plain)).rejects.toThrow(/SSL|packet length|wrong version/);
      expect(heard).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
