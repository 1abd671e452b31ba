/** Rows of the catalog's lists as the page reads them: times are decimal nanoseconds in text, null where there is none. */

export interface DriveRow {
  readonly driveId: string;
  readonly tenant: string;
  readonly vehicleId: string;
  readonly state: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly timeQuality?: string | null;
  readonly dockedAt: string | null;
  readonly garages: readonly string[];
  readonly labels: Readonly<Record<string, unknown>> | null;
  readonly recordings: number;
  readonly chunks: number;
  readonly messages: number;
  readonly bytesIn: number;
  readonly bytesLanded: number;
  readonly bytesLost: number;
  readonly receiptId: string | null;
}

interface Spanned {
  readonly startTime: string | null;
  readonly endTime: string | null;
}

export interface TopicRow extends Spanned {
  readonly topic: string;
  readonly schemaName: string | null;
  readonly messages: number;
  readonly bytes: number;
  readonly meanHz: number | null;
}

export interface CoverageRow extends Spanned {
  readonly topic: string;
  readonly state: string;
  readonly reason: string | null;
  readonly messages: number | null;
}

export interface GapRow extends Spanned {
  readonly topic: string;
  readonly foundBy: string;
  readonly text: string | null;
}

export interface EventRow extends Spanned {
  readonly eventId: string;
  readonly kind: string;
  readonly note: string | null;
  readonly source: string;
  readonly author: string | null;
}

export interface FindingRow extends Spanned {
  readonly ordinal: number;
  readonly topic: string;
  readonly kind: string;
  readonly severity: string;
  readonly expected: number | null;
  /** Of what is expected: `mHz`, `ms`, `messages`. */
  readonly unit: string;
  readonly occurrences: number;
  readonly text: string;
}

export interface VerdictRow {
  readonly judgedFrom: string;
  readonly vehicleType: string | null;
  readonly summary: string;
  readonly findings: number;
  readonly notes: readonly string[] | null;
}

export interface LossRow extends Spanned {
  readonly recordingId: string;
  readonly path: string;
  readonly reason: string;
  readonly text: string;
  readonly byteOffset: number;
  readonly bytes: number;
  readonly keptIn: string | null;
  readonly topics: readonly string[] | null;
}

export interface ClockRow extends Spanned {
  readonly recordingId: string;
  readonly segment: number;
  readonly topic: string | null;
  readonly offsetNs: string | null;
  readonly quality: string;
  readonly applied: boolean;
  readonly text: string;
}

export interface CorrectionRow {
  readonly correctionId: string;
  readonly reason: string;
  readonly author: string | null;
  readonly correctedAt: string | null;
  readonly recordedVehicleId: string;
  readonly correctedVehicleId: string | null;
}

export interface ChunkRow extends Spanned {
  readonly chunkId: string;
  readonly kind: string;
  readonly topics: readonly string[];
  readonly messages: number;
  readonly bytesRaw: number;
  readonly bytesStored: number;
  readonly state: string;
}
