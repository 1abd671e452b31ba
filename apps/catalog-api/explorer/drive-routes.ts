/** `GET /v1/drives/:driveId`: a drive whole, with what its page shows beside its row. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Catalog, SqlRow } from '@pitlane/ports/catalog';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { coveringReceipts } from '../covering-receipts.ts';
import { rowAsJson } from '../json-rows.ts';
import { rowProperties } from '../row-schemas.ts';
import type { CatalogService } from '../services.ts';
import { COUNT, DriveParams, OfTenant, orNull, TEXT, TIME } from './answer-parts.ts';
import { countOf, type DriveKey, keyOfDrive, OF_DRIVE, rowOfDrive, textOf, textsOf } from './of-drive.ts';

const PREVIEWS_MAX = 200;

const Beside = {
  supersededRecordings: Type.Integer({ description: 'copies that another recording holds whole' }),
  recordingStates: Type.Record(TEXT, COUNT, { description: 'recordings that count, by state' }),
  receiptState: Type.Enum(['none', 'partial', 'whole'], { description: 'how many recordings stand in receipts' }),
  receiptIds: Type.Array(TEXT, { description: 'those that stand for it, newest first' }),
  recordingsWithoutReceipt: COUNT,
  verdict: orNull(Type.Object({ summary: TEXT, judgedFrom: TEXT, vehicleType: orNull(TEXT), findings: COUNT })),
  previewTopics: Type.Array(TEXT),
  previews: Type.Array(
    Type.Object({
      previewId: TEXT,
      path: TEXT,
      topics: Type.Array(TEXT),
      startTime: orNull(TIME),
      endTime: orNull(TIME),
      frames: COUNT,
      bytesStored: COUNT,
      dataUrl: TEXT,
    }),
  ),
};

export function addDriveRoutes(app: FastifyInstance, services: CatalogService): void {
  const { catalog, objectUrl } = services;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/v1/drives/:driveId',
    {
      schema: {
        summary: 'A drive: its row, how far its recordings are, what receipts cover, and its previews',
        tags: ['catalog'],
        params: DriveParams,
        querystring: OfTenant,
        response: { 200: Type.Object({ ...rowProperties('drives'), ...Beside }) },
      },
    },
    async ({ params, query }) => {
      const key = await keyOfDrive(services, { ...params, ...query });
      const row = await rowOfDrive(catalog, key);
      const [recordings, receipts, verdict, previews] = await Promise.all([
        recordingCounts(catalog, key),
        receiptsOf(catalog, key),
        verdictOf(catalog, key),
        previewsOf(catalog, key),
      ]);
      return { ...rowAsJson(row, objectUrl), ...recordings, ...receipts, verdict, ...previews };
    },
  );
}

async function recordingCounts(catalog: Pick<Catalog, 'query'>, { tenant, driveId }: DriveKey) {
  const rows = await catalog.query(
    `SELECT state, set_state, COUNT(*) AS recordings FROM recordings WHERE ${OF_DRIVE} GROUP BY state, set_state`,
    [tenant, driveId],
  );
  const recordingStates: Record<string, number> = {};
  let supersededRecordings = 0;
  for (const row of rows) {
    const [state, count] = [textOf(row['state']) ?? '', countOf(row['recordings'])];
    if (row['set_state'] === 'superseded') supersededRecordings += count;
    else recordingStates[state] = (recordingStates[state] ?? 0) + count;
  }
  return { supersededRecordings, recordingStates };
}

type ReceiptState = 'none' | 'partial' | 'whole';

async function receiptsOf(catalog: Pick<Catalog, 'query'>, { tenant, driveId }: DriveKey) {
  const { receipts, uncovered } = await coveringReceipts(catalog, tenant, driveId);
  const receiptState: ReceiptState = receipts.length === 0 ? 'none' : uncovered.length > 0 ? 'partial' : 'whole';
  const receiptIds = receipts.map(({ object }) => object.slice(object.lastIndexOf('/') + 1).replace(/\.json$/, ''));
  return { receiptState, receiptIds, recordingsWithoutReceipt: uncovered.length };
}

async function verdictOf(catalog: Pick<Catalog, 'query'>, { tenant, driveId }: DriveKey) {
  const sql = `SELECT summary, judged_from, vehicle_type, findings FROM verdicts WHERE ${OF_DRIVE}`;
  const [row] = await catalog.query(sql, [tenant, driveId]);
  if (!row) return null;
  return {
    summary: textOf(row['summary']) ?? '',
    judgedFrom: textOf(row['judged_from']) ?? '',
    vehicleType: textOf(row['vehicle_type']),
    findings: countOf(row['findings']),
  };
}

async function previewsOf(catalog: Pick<Catalog, 'query'>, { tenant, driveId }: DriveKey) {
  const rows = await catalog.query(
    `SELECT preview_id, path, topics, start_ns, end_ns, frames, bytes_stored FROM previews WHERE ${OF_DRIVE}
     ORDER BY path, preview_id LIMIT ${PREVIEWS_MAX}`,
    [tenant, driveId],
  );
  const previews = rows.map(previewFrom);
  return { previewTopics: [...new Set(previews.flatMap(({ topics }) => topics))].sort(), previews };
}

function previewFrom(row: SqlRow) {
  const previewId = textOf(row['preview_id']) ?? '';
  return {
    previewId,
    path: textOf(row['path']) ?? '',
    topics: textsOf(row['topics']),
    startTime: textOf(row['start_ns']),
    endTime: textOf(row['end_ns']),
    frames: countOf(row['frames']),
    bytesStored: countOf(row['bytes_stored']),
    dataUrl: `/v1/previews/${previewId}`,
  };
}
