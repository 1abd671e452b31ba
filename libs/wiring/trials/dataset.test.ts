/** Against a BigQuery of a few scripted answers, since the stand-in refuses nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { Check } from './check.ts';
import { tryDataset } from './dataset.ts';

const DATASET = 'pitlane_doctor_12345678';
const DENIED = { status: 403, reason: 'accessDenied' };
const MISSING = { status: 404, reason: 'notFound' };

type Answers = Readonly<Record<'create' | 'delete', { readonly status: number; readonly reason: string } | 'ok'>>;

async function checksOf(answers: Answers, signal: AbortSignal): Promise<Check[]> {
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    const answer =
      (method === 'POST' && /\/datasets(\?|$)/.test(url) && answers.create) ||
      (method === 'DELETE' && answers.delete) ||
      (url.includes('/tables/') && MISSING) ||
      'ok';
    request.resume().on('end', () => {
      const { status, reason } = answer === 'ok' ? { status: 200, reason: '' } : answer;
      response.writeHead(status, { 'content-type': 'application/json' });
      const error = { code: status, message: reason, errors: [{ reason, message: reason }] };
      const done = { jobReference: { jobId: 'j' }, status: { state: 'DONE' }, statistics: {}, jobComplete: true };
      response.end(JSON.stringify(status === 200 ? done : { error }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const checks: Check[] = [];
    const place = { projectId: 'p1', datasetId: 'pitlane', location: 'EU', endpoint };
    for await (const check of tryDataset(place, DATASET, signal)) checks.push(check);
    return checks;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('names the missing right to make a dataset, and tries whether queries are answered', async () => {
  expect(await checksOf({ create: DENIED, delete: MISSING }, new AbortController().signal)).toEqual([
    {
      name: 'catalog lets a dataset be made',
      ok: false,
      text: expect.stringContaining('lacks the right bigquery.datasets.create'),
    },
    { name: 'catalog answers queries', ok: true, text: '' },
    { name: 'catalog lets the dataset be removed', ok: true, text: '' },
  ]);
});

it('names the dataset that it could not remove, also after a stop', async () => {
  expect(await checksOf({ create: 'ok', delete: DENIED }, AbortSignal.abort())).toEqual([
    { name: 'catalog lets a dataset be made', ok: true, text: '' },
    {
      name: 'catalog lets the dataset be removed',
      ok: false,
      text: expect.stringContaining(`${DATASET} is left behind`),
    },
  ]);
});
