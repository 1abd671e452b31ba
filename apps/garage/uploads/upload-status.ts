/** An upload as the API lists it. Plain JSON. */
import type { UploadRecord, UploadState } from './upload-records.ts';

export interface UploadStatus {
  readonly id: string;
  /** Where tus goes on with it. */
  readonly url: string;
  readonly vehicleId: string;
  readonly drive: string;
  readonly filename: string;
  readonly bytesReceived: number;
  readonly bytes: number;
  readonly state: UploadState;
  /** Wall clock, milliseconds since the epoch. */
  readonly createdAtMs: number;
  /** As the client said it, until it was checked. */
  readonly sha256: string | null;
  /** For people. */
  readonly text: string;
}

export const UPLOADS_PATH = '/v1/garage/uploads';

export function uploadStatusFrom(record: UploadRecord, bytesReceived: number): UploadStatus {
  const { id, vehicleId, drive, filename, bytes, state, createdAtMs } = record;
  return {
    id,
    url: `${UPLOADS_PATH}/${id}`,
    vehicleId,
    drive,
    filename,
    bytesReceived,
    bytes,
    state,
    createdAtMs,
    sha256: record.sha256 ?? record.claimedSha256,
    text: record.reason ?? TEXT[state],
  };
}

const TEXT: Readonly<Record<UploadState, string>> = {
  receiving: 'on its way',
  checking: 'all there, being read again',
  done: 'checked, in its drive',
  refused: 'refused',
};
