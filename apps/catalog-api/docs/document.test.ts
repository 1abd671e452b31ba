import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import type { FastifyPluginAsync } from 'fastify';
import { silentLog } from '@pitlane/base/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeApi, fakeApi } from '../fake-node.fixture.ts';
import { openHttpNode } from '../assemble.ts';
import type { Operation } from './example-line.ts';
import { EXAMPLE_VARIABLES } from '../../../test/support/example-variables.ts';
import { type Document, typesFromDocument } from './types-from-document.fixture.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TYPES = fileURLToPath(new URL('../../../libs/clients/ts/generated/api-types.ts', import.meta.url));

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

let api: FakeApi;
let document: { readonly openapi: string; readonly paths: Paths };
let operations: (readonly [string, Operation])[];
beforeAll(async () => {
  api = await fakeApi();
  document = api.node.app.swagger() as unknown as typeof document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
});
afterAll(() => api.node.close());

/** Those of which `isSo` is not true. */
const lacking = (isSo: (operation: Operation) => boolean): string[] =>
  operations.filter(([, operation]) => !isSo(operation)).map(([name]) => name);

describe('the document of the API', () => {
  it('has every route, each with a summary, a tag, and an answer that is described', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.length).toBeGreaterThan(60);
    expect(lacking(({ summary, tags }) => (summary ?? '') !== '' && tags?.length === 1)).toEqual([]);
    const isTold = ({ responses = {} }: Operation): boolean =>
      Object.entries(responses).some(
        ([status, { content }]) => status.startsWith('2') && (content !== undefined || ['2XX', '204'].includes(status)),
      );
    expect(lacking(isTold), 'give these a `response`, out of answers/*.ts').toEqual([]);
  });

  it('leaves out nothing but what has no tag', async () => {
    const untagged: string[] = [];
    const plugin: FastifyPluginAsync = async (app) => {
      app.get('/hidden', async () => 'nothing');
    };
    const looking: FastifyPluginAsync = async (app) => {
      app.addHook('onRoute', ({ url, schema, method }) => {
        if (method !== 'HEAD' && schema?.tags === undefined) untagged.push(url);
      });
      await app.register(api.plugin);
      await app.register(plugin);
    };
    const node = await openHttpNode({ port: 0, plugins: [looking], documents: true, log: silentLog });
    const { paths } = node.app.swagger();
    await node.close();
    expect(untagged).toEqual(['/hidden']);
    expect(Object.keys(paths ?? {})).toEqual(Object.keys(document.paths));
  });

  it('describes a problem once, and refers to it from every route', () => {
    const refers = ({ responses = {} }: Operation): boolean =>
      responses['default']?.$ref === '#/components/responses/Problem';
    expect(lacking(refers)).toEqual([]);
  });

  it('has an example for every route, of variables that are known alone', () => {
    const sourceOf = (operation: Operation): string => operation['x-codeSamples']?.[0]?.source ?? '';
    expect(lacking((operation) => /^(?:printf \w+ \| )?curl /.test(sourceOf(operation)))).toEqual([]);
    const isKnown = (operation: Operation): boolean =>
      [...sourceOf(operation).matchAll(/\$([A-Z_]+)/g)].every(([, name = '']) => name in EXAMPLE_VARIABLES);
    const next = 'set the variables of these in test/support/example-variables.ts, or give the route an `x-example`';
    expect(lacking(isKnown), next).toEqual([]);
  });

  it('has a body in the example wherever something must be in it', () => {
    const isGiven = ({ requestBody, ...operation }: Operation): boolean => {
      const media = requestBody?.content['application/json'] as { schema?: { required?: string[] }; example?: object };
      const needed = media?.schema?.required ?? [];
      const given = Object.keys(media?.example ?? {});
      return operation['x-codeSamples'] !== undefined && needed.every((name) => given.includes(name));
    };
    expect(lacking(isGiven), "give the body's Type.Object `examples: [{ … }]`").toEqual([]);
  });
});

// `npm run api-types` is this test with -u.
it('is what the typed client was made of: if not, run `npm run api-types` and commit what it writes', async () => {
  const types = typesFromDocument(document as unknown as Document);
  const formatted = execFileSync('node_modules/.bin/biome', ['format', '--stdin-file-path=api-types.ts'], {
    cwd: ROOT,
    input: types,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  await expect(formatted).toMatchFileSnapshot(TYPES);
});
