import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPitlaneError } from '@pitlane/base/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TusAnswers } from './tus-answers.ts';
import { UPLOADS_PATH } from './upload-status.ts';
import { asking, MAX_BYTES, openUploads, sha256, type UploadsUnderTest } from './uploads.fixture.ts';

let test: UploadsUnderTest;
let server: Server;
let base: string;

const TUS = { 'tus-resumable': '1.0.0' };
const BYTES = { ...TUS, 'content-type': 'application/offset+octet-stream' };
/** As the API around it does: what is thrown is answered with its code and text. */
const problemOf = (error: unknown) =>
  isPitlaneError(error) ? { status: 400, code: error.code, detail: error.message } : { status: 500, code: 'internal' };

beforeEach(async () => {
  test = await openUploads();
  const answers = new TusAnswers(test.uploads, { atOnce: 2, problem: problemOf });
  server = createServer((asked: IncomingMessage, response) => {
    const [, id] = new RegExp(`^${UPLOADS_PATH}/([0-9a-f]{32})$`).exec(asked.url ?? '') ?? [];
    answers.accept(asked, id).then(
      (answer) => answer(response),
      (error: unknown) => response.writeHead(400, { connection: 'close' }).end(JSON.stringify(problemOf(error))),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await test[Symbol.asyncDispose]();
});

const metadata = (pairs: Record<string, string>): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> =>
  fetch(`${base}${path}`, { method, headers: { ...TUS, ...headers }, ...(body !== undefined && { body }) });
const LOG = { filename: 'log.mcap', vehicle: 'car-47', drive: 'run-1' };

async function begin(bytes: number, pairs: Record<string, string> = LOG): Promise<string> {
  const created = await ask('POST', UPLOADS_PATH, {
    'upload-length': String(bytes),
    'upload-metadata': metadata(pairs),
  });
  expect(created.status, await created.text()).toBe(201);
  return created.headers.get('location') as string;
}
const send = (at: string, offset: number, body: string): Promise<Response> =>
  ask('PATCH', at, { ...BYTES, 'upload-offset': String(offset) }, body);

describe('tus over uploads', () => {
  it('says what it understands, and lets no page of another site in', async () => {
    const options = await ask('OPTIONS', UPLOADS_PATH, { origin: 'https://elsewhere.example' });
    expect([options.status, options.headers.get('tus-extension'), options.headers.get('tus-max-size')]).toEqual([
      204,
      'creation,creation-with-upload,termination',
      String(MAX_BYTES),
    ]);
    expect(options.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('takes a file in pieces, at the offset where it is, and leads back to itself by a path alone', async () => {
    const at = await begin(10);
    expect(at).toMatch(/^\/v1\/garage\/uploads\/[0-9a-f]{32}$/);
    expect((await send(at, 0, 'hello ')).headers.get('upload-offset')).toBe('6');
    expect((await send(at, 0, 'hello ')).status).toBe(409);
    const head = await ask('HEAD', at);
    expect([head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual(['6', '10']);
    expect((await send(at, 6, 'you!')).status).toBe(204);
    expect(await test.placed('car-47/run-1/log.mcap')).toBe('hello you!');
    expect((await ask('HEAD', at)).headers.get('upload-offset')).toBe('10');
  });

  it('takes a small file with its beginning, and an empty one', async () => {
    const small = { ...BYTES, 'upload-length': '5', 'upload-metadata': metadata(LOG) };
    expect((await ask('POST', UPLOADS_PATH, small, 'hello')).status).toBe(201);
    expect(await test.placed('car-47/run-1/log.mcap')).toBe('hello');
    await begin(0, { ...LOG, filename: 'empty' });
    expect(await test.placed('car-47/run-1/empty')).toBe('');
  });

  it('goes on with what came when the connection was cut', async () => {
    const at = await begin(10);
    const cut = request(`${base}${at}`, {
      method: 'PATCH',
      headers: { ...BYTES, 'upload-offset': '0', 'content-length': '10' },
    });
    cut.on('error', () => {});
    cut.write('hel');
    const { id } = (await test.uploads.list())[0] as { id: string };
    const arrived = async () => (await test.uploads.list())[0]?.bytesReceived === 3;
    for (let turn = 0; turn < 1000 && !(await arrived()); turn += 1) await new Promise((next) => setImmediate(next));
    cut.destroy();
    const head = await ask('HEAD', at);
    expect(head.headers.get('upload-offset')).toBe('3');
    expect((await send(at, 3, 'lo you!')).status).toBe(204);
    expect(await test.uploads.finish(id)).toMatchObject({ state: 'done', sha256: sha256('hello you!'.slice(0, 10)) });
  });

  it('answers bytes that are not what was said with a problem, and says so again to who asks later', async () => {
    const at = await begin(5, { ...LOG, sha256: sha256('other') });
    const answer = await send(at, 0, 'hello');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ code: 'checksum-mismatch' });
    expect(await (await send(at, 5, '')).json()).toMatchObject({ code: 'checksum-mismatch' });
    expect((await ask('DELETE', at)).status).toBe(204);
    expect(await test.uploads.list()).toEqual([]);
  });

  it('takes no more bytes than were announced', async () => {
    const at = await begin(5);
    expect((await send(at, 0, 'hello and more')).status).toBe(413);
    expect(await test.uploads.list()).toMatchObject([{ state: 'receiving' }]);
  });

  it.each([
    ['no metadata', {}, /Upload-Metadata is missing/],
    ['no base64', { 'upload-metadata': 'filename ..,vehicle x' }, /Upload-Metadata is missing or wrong/],
    [
      'a path that leads away',
      { 'upload-metadata': metadata({ ...LOG, filename: '../../x' }) },
      /has a part \\"\.\.\\"/,
    ],
    ['no size', { 'upload-length': '', 'upload-metadata': metadata(LOG) }, /Upload-Length is missing/],
    ['a size that comes later', { 'upload-length': '', 'upload-defer-length': '1' }, /Upload-Length is missing/],
    ['a size beyond all', { 'upload-length': '9'.repeat(30), 'upload-metadata': metadata(LOG) }, /Upload-Length/],
    ['a size that is too large', { 'upload-length': '1001', 'upload-metadata': metadata(LOG) }, /1\.00 kB at most/],
    ['another version', { 'tus-resumable': '0.2.2', 'upload-metadata': metadata(LOG) }, /Tus-Resumable: 1\.0\.0/],
    ['a method in a header', { 'x-http-method-override': 'DELETE' }, /send the method itself/],
  ])('with %s is refused with the reason, and nothing is kept', async (_, headers, reason) => {
    const answer = await ask('POST', UPLOADS_PATH, { 'upload-length': '5', ...headers } as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(reason);
    expect(await test.uploads.list()).toEqual([]);
  });

  it('does not let a reading become a deletion by a header', async () => {
    const at = await begin(5);
    expect((await ask('HEAD', at, { 'x-http-method-override': 'DELETE' })).status).toBe(400);
    expect((await test.uploads.list()).length).toBe(1);
  });

  it('forgets an unfinished upload when told to, and none that is in its drive', async () => {
    const at = await begin(5);
    const done = await test.send('hello', { filename: 'done' });
    expect((await ask('DELETE', at)).status).toBe(204);
    expect(await (await ask('DELETE', `${UPLOADS_PATH}/${done}`)).json()).toMatchObject({ code: 'refused' });
    expect(await (await send(`${UPLOADS_PATH}/${done}`, 5, '')).json()).toMatchObject({ code: 'already-exists' });
    expect(await (await ask('DELETE', at)).json()).toMatchObject({ code: 'not-found' });
  });

  it('lets so many send at once, and the others in their turn', async () => {
    const contents = Array.from({ length: 8 }, (_, i) => `content of file ${i}`);
    await Promise.all(
      contents.map(async (content, i) => {
        const at = await begin(content.length, { ...LOG, filename: `${i}` });
        expect((await send(at, 0, content)).status).toBe(204);
      }),
    );
    for (const [i, content] of contents.entries()) expect(await test.placed(`car-47/run-1/${i}`)).toBe(content);
  });

  it('says that the disk is full before bytes are sent for nothing', async () => {
    test.disk = { freeBytes: 1, totalBytes: 1000 };
    const asked = { 'upload-length': '5', 'upload-metadata': metadata(LOG) };
    expect(await (await ask('POST', UPLOADS_PATH, asked)).json()).toMatchObject({ code: 'disk-full' });
    expect(await test.uploads.begin(asking(), 0)).toMatchObject({ bytes: 0 });
  });
});
