/**
 * Other people's readers, in Python: what they find in a log, what they can decode, which faults they see.
 * It stands between the tests and the scripts in `python`, each of which prints one line of JSON for each file.
 * It never reads a log by itself.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 60_000;
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** The multiset of each topic's messages: how many, and the sum of the SHA-256 of their lines in 256 bits. */
export type ByTopic = Readonly<Record<string, { readonly messages: number; readonly sum: string }>>;

export interface LogContents {
  readonly path: string;
  readonly profile: string;
  readonly messages: number;
  /** By channel (encoding, metadata, schema), both times, sequence and bytes; empty for a bag. */
  readonly topics: ByTopic;
  /** By what a ROS 1 bag knows as well: type, definition, md5sum, time and bytes. */
  readonly bagTopics: ByTopic;
  /** The same without the definition, whose text tools change when they rewrite a bag; of ROS 2 messages type, time and bytes. */
  readonly plainTopics: ByTopic;
  readonly channels: readonly string[];
  readonly metadata: readonly string[];
  readonly attachments: readonly string[];
  readonly inOrder: boolean;
  /** What the reader stopped with before the end of the file. */
  readonly stopped: string | null;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly index: LogIndex | null;
}

/** What the summary at a file's end promises, and what a reader that trusts it finds. */
export interface LogIndex {
  readonly messages: number;
  readonly messagesRead: number;
  readonly topics: Readonly<Record<string, number>>;
  readonly attachments: number;
  readonly attachmentsRead: number;
  readonly metadata: number;
  readonly metadataRead: number;
  readonly startTime: string;
  readonly endTime: string;
}

export interface Findings {
  readonly path: string;
  readonly messages: number;
  readonly error: readonly string[];
  readonly warning: readonly string[];
  readonly info: readonly string[];
}

export interface Decoded {
  readonly path: string;
  /** Messages by encoding. */
  readonly decoded: Readonly<Record<string, number>>;
  readonly topics: Readonly<Record<string, number>>;
  /** The first reason of each topic with a message that could not be decoded. */
  readonly failed: Readonly<Record<string, string>>;
}

/** Of a log of openpilot, or of an MCAP file made of one. */
export interface OpenpilotContents {
  readonly path: string;
  readonly events: number;
  /** Events by the number of their union member. */
  readonly members: Readonly<Record<string, number>>;
  readonly startTime: string;
  readonly endTime: string;
  /** Of the decompressed stream, or of all messages in the order of their sequence. */
  readonly sha256: string;
  /** Whether time and channel of each message say the same as its bytes. */
  readonly toldAlike: boolean;
}

export interface JoinedFile {
  readonly recordingId: string;
  readonly path: string;
  readonly kind: 'opaque' | 'unread';
  readonly bytes: number;
  readonly sha256: string;
}

export interface WrittenBag {
  readonly path: string;
  /** Its recorder was killed: a journal lies beside the database, and no metadata. */
  readonly killed: boolean;
}

export class PythonReaders {
  readonly #python: string;

  constructor(python: string) {
    this.#python = python;
  }

  /** What `mcap` or `rosbags` reads from each file, in the order of the files. */
  contentsOf(files: readonly string[]): Promise<LogContents[]> {
    return this.#linesOf('read_logs.py', files);
  }

  /** What `pymcap-cli doctor` says of each file. */
  findingsIn(files: readonly string[]): Promise<Findings[]> {
    return this.#linesOf('find_faults.py', files);
  }

  decode(files: readonly string[]): Promise<Decoded[]> {
    return this.#linesOf('decode_messages.py', files);
  }

  /** What landed byte for byte, joined from a bucket's folder. */
  joinedFrom(bucket: string): Promise<JoinedFile[]> {
    return this.#linesOf('join_raw.py', [bucket]);
  }

  /** What a walk over its framing finds in each log. */
  openpilotContentsOf(files: readonly string[]): Promise<OpenpilotContents[]> {
    return this.#linesOf('read_openpilot.py', files);
  }

  /** What `webdataset` reads from each shard. */
  samplesOf(
    files: readonly string[],
  ): Promise<{ readonly path: string; readonly digests: Readonly<Record<string, string>> }[]> {
    return this.#linesOf('read_shards.py', files);
  }

  /** Writes ROS 2 bags below a folder, whole ones and those of recorders that were killed. */
  writeBags(folder: string): Promise<WrittenBag[]> {
    return this.#linesOf('write_bags.py', [folder]);
  }

  async #linesOf<T>(script: string, given: readonly string[]): Promise<T[]> {
    const file = fileURLToPath(new URL(`python/${script}`, import.meta.url));
    const options = { timeout: TIMEOUT_MS, maxBuffer: ANSWER_BYTES_MAX };
    const { stdout } = await run(this.#python, [file, ...given], options);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as T);
  }
}

const SUM_BITS = 256;

/** The multiset of all messages of several files together. */
export function together(parts: readonly ByTopic[]): ByTopic {
  const whole: Record<string, { messages: number; sum: string }> = {};
  for (const [topic, { messages, sum }] of parts.flatMap((part) => Object.entries(part))) {
    const before = whole[topic] ?? { messages: 0, sum: '0' };
    const added = BigInt.asUintN(SUM_BITS, BigInt(`0x${before.sum}`) + BigInt(`0x${sum}`));
    whole[topic] = { messages: before.messages + messages, sum: added.toString(16).padStart(SUM_BITS / 4, '0') };
  }
  return whole;
}
