/**
 * A chunk that is not made in this pass, because an earlier one has made it or a later one will: its messages are counted
 * so that the plan's cuts fall alike.
 */
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { MESSAGE_OVERHEAD_BYTES } from '@pitlane/formats/mcap';
import type { Message } from '@pitlane/formats/recording';

export class CountedChunk {
  /** Undefined where a later pass makes it. */
  readonly facts: ChunkFacts | undefined;
  bytesRaw = 0;

  constructor(facts: ChunkFacts | undefined) {
    this.facts = facts;
  }

  add(message: Message): void {
    this.bytesRaw += MESSAGE_OVERHEAD_BYTES + message.data.byteLength;
  }

  async discard(): Promise<void> {}
}
