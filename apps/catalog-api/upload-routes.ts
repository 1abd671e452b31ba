/**
 * Uploads over tus 1.0, and the list of them. Bodies go past fastify straight to the garage: they are files, not documents.
 * Who may ask is decided by the guard, as everywhere.
 */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import type { Log } from '@pitlane/base/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { GARAGE } from './answers/garage.ts';
import { problemFrom } from './problem.ts';
import type { UploadListed, UploadService } from './services.ts';

const PATH = '/v1/garage/uploads';
const PAGE = 100;
const PAGE_MAX = 2000;
const ID_PATTERN = '^[0-9a-f]{32}$';

const Params = Type.Object({ id: Type.String({ pattern: ID_PATTERN }) });
const Query = Type.Object(
  {
    vehicle: Type.Optional(Type.String({ maxLength: 128 })),
    drive: Type.Optional(Type.String({ maxLength: 128 })),
    state: Type.Optional(Type.Enum(['receiving', 'checking', 'done', 'refused'])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX })),
    cursor: Type.Optional(Type.String({ pattern: ID_PATTERN, description: '`next` of the page before' })),
  },
  { additionalProperties: false },
);
type Asked = Static<typeof Query>;

const METADATA =
  'Upload-Metadata: `filename` (a path below the drive), `vehicle`, and if wanted `drive` (names files that belong together), `sha256` (checked at the end), `complete` (true: the last of its drive, dock it at once).';

const TUS = '-H "Authorization: Bearer $TOKEN" -H "Tus-Resumable: 1.0.0"';
const ONE = `"$PITLANE${PATH}/$UPLOAD" ${TUS}`;
const EXAMPLES = {
  options: `curl -s -X OPTIONS "$PITLANE${PATH}"`,
  post: `curl -s -X POST "$PITLANE${PATH}" ${TUS} -H "Upload-Length: 3" \\
  -H "Upload-Metadata: filename $(printf note.txt | base64),vehicle $(printf %s "$VEHICLE" | base64)"`,
  head: `curl -s --head ${ONE}`,
  patch: `printf abc | curl -s -X PATCH ${ONE} -H "Upload-Offset: 0" \\
  -H "Content-Type: application/offset+octet-stream" --data-binary @-`,
  delete: `curl -s -X DELETE ${ONE}`,
};

export function addUploadRoutes(app: FastifyInstance, uploads: UploadService, log: Log): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    const answer = (request: FastifyRequest, reply: FastifyReply): Promise<void> => tus(request, reply, uploads, log);
    const about = (summary: string, example: string, description = ''): object => ({
      summary,
      ...(description !== '' && { description }),
      tags: ['uploads'],
      response: { '2xx': { description: 'as tus 1.0 says, in headers', type: 'null' } },
      'x-example': example,
    });
    scope.options(PATH, { schema: about('tus 1.0: what is understood', EXAMPLES.options) }, answer);
    scope.post(PATH, { schema: about('tus 1.0: begins an upload', EXAMPLES.post, METADATA) }, answer);
    const one = { params: Params };
    scope.options(
      `${PATH}/:id`,
      { schema: { ...about('tus 1.0: what is understood', EXAMPLES.options), ...one } },
      answer,
    );
    scope.head(`${PATH}/:id`, { schema: { ...about('tus 1.0: how much has come', EXAMPLES.head), ...one } }, answer);
    scope.patch(
      `${PATH}/:id`,
      { schema: { ...about('tus 1.0: goes on at an offset', EXAMPLES.patch), ...one } },
      answer,
    );
    scope.delete(
      `${PATH}/:id`,
      { schema: { ...about('tus 1.0: forgets an unfinished upload', EXAMPLES.delete), ...one } },
      answer,
    );
  });
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const listing = {
    summary: 'Uploads, oldest first: how far each is',
    tags: ['uploads'],
    querystring: Query,
    response: GARAGE.uploads,
  };
  typed.get(PATH, { exposeHeadRoute: false, schema: listing }, async ({ query }) =>
    pageOf(await uploads.list(), query),
  );
  const looking = { summary: 'One upload', tags: ['uploads'], params: Params, response: GARAGE.upload };
  typed.get(`${PATH}/:id`, { exposeHeadRoute: false, schema: looking }, async ({ params }) => {
    const found = (await uploads.list()).find(({ id }) => id === params.id);
    if (found) return found;
    throw new PitlaneError('not-found', `there is no upload ${params.id}: it expired, or was retired`);
  });
}

async function tus(request: FastifyRequest, reply: FastifyReply, uploads: UploadService, log: Log): Promise<void> {
  const { raw } = request;
  const id = (request.params as { readonly id?: string }).id;
  const answer = await uploads.accept(raw, id, problemFrom).catch((error: unknown) => {
    // What may still come of a refused body is not read to its end.
    if (raw.method === 'POST' || raw.method === 'PATCH') void reply.header('connection', 'close');
    throw error;
  });
  reply.hijack();
  reply.raw.setHeader('x-content-type-options', 'nosniff');
  try {
    await answer(reply.raw);
  } catch (error) {
    log.warn('upload.unanswered', { method: request.method, reason: messageOf(error) });
    reply.raw.destroy();
  }
}

function pageOf(all: readonly UploadListed[], { vehicle, drive, state, limit = PAGE, cursor }: Asked) {
  const wanted = all.filter(
    (one) =>
      (vehicle === undefined || one.vehicleId === vehicle) &&
      (drive === undefined || one.drive === drive) &&
      (state === undefined || one.state === state),
  );
  const from = cursor === undefined ? 0 : wanted.findIndex(({ id }) => id === cursor) + 1;
  const uploads = wanted.slice(from, from + limit);
  return { uploads, next: from + limit < wanted.length ? (uploads.at(-1)?.id ?? null) : null };
}
