/**
 * The plan: which message goes to which chunk. It looks at log times, schemas and sizes before compression, in the order
 * of the recording, never at the wall clock or at compressed sizes; so a truncated copy of a recording gives the same
 * chunks for every window that it still holds whole. Changing any rule here means a new plan version.
 */
import { SHARED_GROUP } from './window.ts';

export { chunkIsSelected, groupIsSelected, type Selection, windowsSelected } from './selection.ts';
export { matchesGlob } from './topic-glob.ts';
export { SHARED_GROUP, WINDOW_NS, windowOf } from './window.ts';

export const PLAN_VERSION = 1;

/** A chunk closes before the message that would carry its message bytes past this, unless it is empty. */
export const CHUNK_BYTES_MAX = 64 * 1024 * 1024;

/** An inner MCAP chunk closes before the message that would carry it past this, unless it is empty. */
export const INNER_CHUNK_BYTES = 1024 * 1024;

/** A chunk closes before it would hold messages of more channels than this, or more bytes of their topics. */
export const CHUNK_CHANNELS_MAX = 2048;
export const CHUNK_TOPIC_BYTES_MAX = 1024 * 1024;

/** At most so many windows of one group are open; the earliest closes when another is wanted. */
export const OPEN_WINDOWS_MAX = 2;

/** At most so many chunks of one recording are open; the one longest without a message closes first. */
export const OPEN_CHUNKS_MAX = 64;

/** More continuation parts for late messages than this, and the recording lands opaque: its times jump about. */
export const LATE_PARTS_MAX = 4096;

/** More chunks than this, and the recording lands opaque. */
export const CHUNKS_MAX = 1_000_000;

/**
 * Schemas whose topics travel alone from their first message: images, video and point clouds by their well-known names
 * in ROS 1, ROS 2 and Foxglove.
 */
export function isThickSchema(schemaName: string): boolean {
  return /(^|[/.])(Compressed|Raw)?(Image|Video)$|(^|[/.])(Image|ImageAnnotated|CompressedDepth|FFMPEGPacket)$|(^|[/.])PointCloud2?$/.test(
    schemaName,
  );
}

/** At most so many topics of a recording travel alone; with two windows each they all fit among the open chunks. */
export const ALONE_TOPICS_MAX = 30;

const SAMPLE_MESSAGES = 100;
const SAMPLE_BYTES = SAMPLE_MESSAGES * 8 * 1024;

/**
 * Decides, message by message, whether a topic travels alone. A topic without a thick schema starts in the shared group
 * and leaves it for good with the message that lifts the sum of its first 100 messages over 100 × 8 KiB: from then on
 * their average is over 8 KiB whatever follows. Only the past is looked at, so a prefix decides alike.
 */
export class GroupRule {
  readonly #topics = new Map<string, { alone: boolean; messages: number; bytes: number }>();
  #alone = 0;

  /** The group of the next message of `topic`: the topic's own name, or `SHARED_GROUP`. */
  groupOf(topic: string, schemaName: string | undefined, dataBytes: number): string {
    let state = this.#topics.get(topic);
    if (!state) {
      state = {
        alone: schemaName !== undefined && isThickSchema(schemaName) && this.#mayLeave(),
        messages: 0,
        bytes: 0,
      };
      this.#topics.set(topic, state);
    }
    if (state.alone) return topic;
    if (state.messages < SAMPLE_MESSAGES) {
      state.messages += 1;
      state.bytes += dataBytes;
      if (state.bytes > SAMPLE_BYTES) state.alone = this.#mayLeave();
    }
    return state.alone ? topic : SHARED_GROUP;
  }

  #mayLeave(): boolean {
    if (this.#alone >= ALONE_TOPICS_MAX) return false;
    this.#alone += 1;
    return true;
  }
}
