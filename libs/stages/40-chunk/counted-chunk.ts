/** A chunk that an earlier run has made already: its messages are counted so that the plan's cuts fall alike. */
import type { ChunkFacts } from '@pitlane/contracts/manifest';
import { MESSAGE_OVERHEAD_BYTES } from '@pitlane/formats/mcap';
import type { Message } from '@pitlane/formats/recording';

export class CountedChunk {
  readonly facts: ChunkFacts;
  bytesRaw = 0;

  constructor(facts: ChunkFacts) {
    this.facts = facts;
  }

  add(message: Message): void {
    this.bytesRaw += MESSAGE_OVERHEAD_BYTES + message.data.byteLength;
  }

  async discard(): Promise<void> {}
}
