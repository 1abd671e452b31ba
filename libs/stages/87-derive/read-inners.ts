/** The inner chunks of an object that hold what is wanted, read with as few requests as their places allow. */
import type { ObjectStore } from '@pitlane/ports/object-store';
import { type InnerChunkPlace, ObjectBytes, type OpenObject } from '@pitlane/stages/90-serve';
import type { WantedChannel } from './deriver.ts';

/** What is read of one object and not yet handed on. */
const BUDGET_BYTES = 16 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

export class ChunkObject {
  readonly #bytes: ObjectBytes;
  readonly #object: OpenObject;

  private constructor(bytes: ObjectBytes, object: OpenObject) {
    this.#bytes = bytes;
    this.#object = object;
  }

  /** @param bytesStored the size of the object. */
  static async open(store: ObjectStore, name: string, bytesStored: number, signal: AbortSignal): Promise<ChunkObject> {
    const bytes = new ObjectBytes(store, BUDGET_BYTES, signal);
    return new ChunkObject(bytes, await bytes.open(name, bytesStored));
  }

  get channels(): readonly WantedChannel[] {
    return this.#object.index.channels.map(({ id, topic, messageEncoding, schema }) => ({
      id,
      topic,
      messageEncoding,
      schemaName: schema?.name ?? '',
      schemaEncoding: schema?.encoding ?? '',
      schemaData: schema?.data ?? NO_BYTES,
    }));
  }

  /** In the order of the file. */
  async *inners(channelIds: readonly number[]): AsyncGenerator<readonly [place: InnerChunkPlace, record: Uint8Array]> {
    const ids = new Set(channelIds);
    const wanted = this.#object.index.inners.filter((inner) => inner.channelIds.some((id) => ids.has(id)));
    for (const place of wanted) yield [place, await this.#bytes.inner(this.#object, place, wanted)];
  }

  async close(): Promise<void> {
    await this.#bytes.settle();
    this.#bytes.close(this.#object);
  }
}
