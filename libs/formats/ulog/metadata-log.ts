/**
 * Collects what a ULog says of the vehicle into metadata records: one for each kind, with the declared types beside it
 * under the same keys. A record is closed when the definitions end, when it grows large, and when a key comes again, so
 * that nothing said twice is lost and nothing grows with the file.
 */
import type { RecordingEvent } from '../recording/index.ts';

const RECORD_CHARS_MAX = 512 * 1024;

/** The name of a metadata record. */
export type Topic = 'ulog.formats' | 'ulog.info' | 'ulog.info_multiple' | 'ulog.parameters' | 'ulog.default_parameters';

interface Collected {
  readonly entries: Map<string, string>;
  readonly types: Map<string, string>;
  readonly sourceOffset: number;
  chars: number;
}

export class MetadataLog {
  readonly #open = new Map<Topic, Collected>();

  /** Appends to `out` the record that has to be closed first. */
  add(topic: Topic, key: string, value: string, type: string | undefined, offset: number, out: RecordingEvent[]): void {
    const before = this.#open.get(topic);
    const chars = 2 * key.length + value.length + (type?.length ?? 0);
    if (before && (before.entries.has(key) || before.chars + chars > RECORD_CHARS_MAX)) this.#close(topic, before, out);
    const collected = this.#open.get(topic) ?? { entries: new Map(), types: new Map(), sourceOffset: offset, chars: 0 };
    this.#open.set(topic, collected);
    collected.entries.set(key, value);
    if (type !== undefined) collected.types.set(key, type);
    collected.chars += chars;
  }

  flush(out: RecordingEvent[]): void {
    for (const [topic, collected] of this.#open) this.#close(topic, collected, out);
  }

  #close(topic: Topic, { entries, types, sourceOffset }: Collected, out: RecordingEvent[]): void {
    this.#open.delete(topic);
    out.push({ kind: 'metadata', metadata: { name: topic, entries, sourceOffset } });
    if (types.size === 0) return;
    out.push({ kind: 'metadata', metadata: { name: `${topic}.types`, entries: types, sourceOffset } });
  }
}
