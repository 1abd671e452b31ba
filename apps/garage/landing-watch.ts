/** Knows when all chunks of a recording have landed: the store's word for each, however often it is told. */
import type { RecordingId } from '@pitlane/contracts/identity';
import type { ChunkFacts } from '@pitlane/contracts/manifest';

interface Counted {
  readonly ordinals: Set<number>;
  /** How many there are, once the recording was cut to its end. */
  chunks: number | undefined;
}

export class LandingWatch {
  readonly #recordings = new Map<RecordingId, Counted>();
  readonly #onLanded: (recordingId: RecordingId) => void;

  /** @param onLanded is told once of each recording that has landed whole */
  constructor(onLanded: (recordingId: RecordingId) => void) {
    this.#onLanded = onLanded;
  }

  landed(chunk: Pick<ChunkFacts, 'recordingId' | 'ordinal'>): void {
    const counted = this.#of(chunk.recordingId);
    counted.ordinals.add(chunk.ordinal);
    this.#judge(chunk.recordingId, counted);
  }

  /** The recording has so many chunks and no more. */
  sealed(recordingId: RecordingId, chunks: number): void {
    const counted = this.#of(recordingId);
    counted.chunks = chunks;
    this.#judge(recordingId, counted);
  }

  #of(recordingId: RecordingId): Counted {
    const counted = this.#recordings.get(recordingId) ?? { ordinals: new Set<number>(), chunks: undefined };
    this.#recordings.set(recordingId, counted);
    return counted;
  }

  #judge(recordingId: RecordingId, { ordinals, chunks }: Counted): void {
    if (chunks === undefined || ordinals.size < chunks) return;
    this.#recordings.set(recordingId, { ordinals: new Set(), chunks: undefined });
    this.#onLanded(recordingId);
  }
}
