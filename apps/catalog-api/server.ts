/** The HTTP server of a program: guard, problem answers, documents, plugins and a port; on loopback unless told otherwise. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import { type Clock, systemClock } from '@pitlane/base/time';
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import { answerOrigin } from './cors.ts';
import { DOCUMENT } from './docs/document.ts';
import { guard } from './guard.ts';
import { problemFrom } from './problem.ts';
import { addSessionRoutes } from './session-routes.ts';
import { Sessions } from './sessions.ts';
import { SignedLinks } from './signed-links.ts';

export interface HttpNodeOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host?: string;
  readonly plugins: readonly FastifyPluginAsync[];
  /** Serves OpenAPI and its page at `/docs`. */
  readonly documents: boolean;
  readonly log: Log;
  /** Of each start its own, unless it is named; beyond loopback it must be. */
  readonly token?: string;
  /** Where people find it; `node.json in its home` unless said. */
  readonly tokenPlace?: string;
  /** What is served elsewhere, for whoever asks for it here. */
  readonly elsewhere?: string;
  /** Pages of these may ask, beside our own. */
  readonly origins?: readonly string[];
  /** Of sessions; the system's unless said. */
  readonly clock?: Clock;
}

export interface HttpNode {
  /** `http://127.0.0.1:7420` */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly app: FastifyInstance;
  /** Takes no new requests, lets those under way end for at most `waitMs`, then closes. */
  close(waitMs?: number): Promise<void>;
}

const BODY_MAX_BYTES = 256 * 1024;
/** Of a path's parameter, so that the routes' own limits decide: topics and paths are longer than fastify's 100. */
const PARAMETER_MAX = 4096;
/** To whoever came when all places were taken. */
const RETRY_AFTER_S = 2;
const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', 'localhost']);

export async function openHttpNode(options: HttpNodeOptions): Promise<HttpNode> {
  const { host = '127.0.0.1', token = randomBytes(32).toString('hex'), log } = options;
  const { tokenPlace = 'node.json in its home', elsewhere = '' } = options;
  const loopbackOnly = LOOPBACK_HOSTS.has(host);
  if (!loopbackOnly && options.token === undefined) throw withoutToken(host);
  const app = Fastify({
    // A filter that is misspelt would else be dropped, and answer with everything.
    ajv: { customOptions: { removeAdditional: false } },
    logger: false,
    bodyLimit: BODY_MAX_BYTES,
    routerOptions: { maxParamLength: PARAMETER_MAX },
    forceCloseConnections: 'idle',
    trustProxy: false,
  });
  // Schemas of answers describe them: what they do not name is no less there.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const links = new SignedLinks(token, systemClock);
  app.decorate('links', links);
  const sessions = new Sessions(options.clock ?? systemClock);
  app.decorate('sessions', sessions);
  const { origins = [] } = options;
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    if (answerOrigin(request, reply, origins)) return reply;
    const { method, url, headers } = request;
    const { isPage } = request.routeOptions.config;
    guard({ method, url, headers, isPage }, { token, tokenPlace, loopbackOnly, origins, links, sessions });
    return undefined;
  });
  letGoWhenClosing(app);
  answerWithProblems(app, log, elsewhere && `; ${elsewhere}`);
  if (options.documents) await addDocuments(app);
  await app.register(async (own) => addSessionRoutes(own));
  for (const plugin of options.plugins) await app.register(plugin);
  await listen(app, options.port, host);
  const { port } = app.server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${port}`, port, token, app, close: (waitMs = 0) => closeWithin(app, waitMs) };
}

const withoutToken = (host: string): PitlaneError =>
  new PitlaneError(
    'bad-settings',
    `${host} is beyond loopback, where nobody is let in without a token: set PITLANE_API_TOKEN_FILE to a file with one, or PITLANE_API_HOST to 127.0.0.1`,
  );

function answerWithProblems(app: FastifyInstance, log: Log, elsewhere: string): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemFrom(error);
    if (problem.status >= 500) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
      log.error('request.failed', { method: request.method, route: request.routeOptions.url ?? request.url, reason });
    }
    if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_S);
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  });
  app.setNotFoundHandler((request, reply) => {
    const nothing = new PitlaneError(
      'not-found',
      `there is no ${request.method} ${request.url.split('?')[0]}: see /docs${elsewhere}`,
    );
    const problem = problemFrom(nothing);
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  });
}

/** Loaded only where people may look: a node that lives for one command has no reader. */
async function addDocuments(app: FastifyInstance): Promise<void> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  await app.register(swagger, DOCUMENT);
  await app.register(swaggerUi, { routePrefix: '/docs' });
}

async function listen(app: FastifyInstance, port: number, host: string): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    await app.close();
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EADDRINUSE') {
      throw new PitlaneError(
        'busy',
        `port ${port} is taken by another program: choose another with --port or PITLANE_PORT`,
        {
          details: { port },
        },
      );
    }
    if (code === 'EACCES') {
      throw new PitlaneError(
        'refused',
        `port ${port} may not be opened by this user: choose one from 1024 with --port`,
      );
    }
    throw error;
  }
}

/** A client keeps its connection after an answer: one that is given while the server closes would hold that up. */
function letGoWhenClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onResponse', async () => {
    if (closing) setImmediate(() => app.server.closeIdleConnections());
  });
}

async function closeWithin(app: FastifyInstance, waitMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), waitMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}
