/**
 * The one face that every log format shows to the pipeline: a `RecordingFormat` recognises a file by its content,
 * inspects it cheaply, and reads it in the order of its bytes. It stands at the head of the flow; it never writes,
 * never opens a path, never trusts a size that the file declares, and never gives up on what is still readable.
 */

/** Random access to the bytes of one recording. The caller opens and closes it. */
export interface ByteSource {
  /** How the source is called in diaries and messages; never used as a path. */
  readonly name: string;
  readonly sizeBytes: number;
  /**
   * Fills `into` from `offset` on and returns how many bytes it got: fewer than asked only at the end of the file.
   * Implementations loop over short reads.
   */
  read(offset: number, into: Uint8Array): Promise<number>;
}

/** Decompresses `input` into exactly `sizeBytes` bytes, or throws. The caller has checked `sizeBytes` against a cap. */
export type Decompress = (input: Uint8Array, sizeBytes: number) => Uint8Array;

/** The decompressors that a format may ask for; they come in as arguments so that formats stay free of native code. */
export interface Decompressors {
  readonly zstd: Decompress;
  readonly lz4: Decompress;
  readonly bz2: Decompress;
  /** For a bzip2 block, which does not say its size: `more` where more than `sizeBytesMax` bytes would come out. */
  readonly bz2UpTo: (input: Uint8Array, sizeBytesMax: number) => Uint8Array | 'more';
  /** For zstd frames that are too large to be decoded at once, or do not declare their size. */
  readonly zstdStream: () => ZstdStream;
}

export interface ZstdStep {
  readonly consumedBytes: number;
  readonly producedBytes: number;
  /** How many bytes to give it next; 0 at the end of a frame. */
  readonly wantedBytes: number;
}

/** Decompresses zstd frames one after another, in the memory of a frame's window: 128 MiB at most. */
export interface ZstdStream {
  /** Decompresses `input` into `output` as far as both go. Throws `corrupt-input`; the stream is of no more use then. */
  push(input: Uint8Array, output: Uint8Array): ZstdStep;
}

/** What a reader refuses to believe beyond. Passing one of the `…Max` that make a recording opaque throws `LandOpaque`. */
export interface ReadLimits {
  /** Largest message or attachment taken as one; a larger one makes the recording opaque. */
  readonly messageBytesMax: number;
  /** Largest decompressed chunk of the source; a chunk that declares more is a loss of that chunk. */
  readonly sourceChunkBytesMax: number;
  /** Largest believable ratio of decompressed to compressed size above 64 MiB: zstd takes zeros down 32,000 times. */
  readonly ratioMax: number;
  /** Largest schema, topic name, metadata record or header taken as real. */
  readonly headerBytesMax: number;
  /** More channels than this make the recording opaque. */
  readonly channelsMax: number;
  /** Largest content of a file that is compressed as a whole; a larger one makes the recording opaque. */
  readonly unpackedBytesMax: number;
}

export const DEFAULT_READ_LIMITS: ReadLimits = {
  messageBytesMax: 256 * 1024 * 1024,
  sourceChunkBytesMax: 256 * 1024 * 1024,
  ratioMax: 10_000,
  headerBytesMax: 16 * 1024 * 1024,
  channelsMax: 65_536,
  unpackedBytesMax: 256 * 1024 * 1024 * 1024,
};

/** How much of a file `recognises` is shown, unless the format asks for more. */
const HEAD_BYTES = 4096;

export interface Schema {
  readonly name: string;
  /** MCAP's well-known schema encodings: `ros1msg`, `ros2msg`, `protobuf`, `jsonschema`, … */
  readonly encoding: string;
  readonly data: Uint8Array;
}

/** A channel as MCAP defines it; `index` numbers the channels of one recording from 0 in order of appearance. */
export interface Channel {
  readonly index: number;
  readonly topic: string;
  readonly messageEncoding: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** Undefined where the recording says that there is none. */
  readonly schema: Schema | undefined;
}

export interface Message {
  readonly channel: Channel;
  readonly sequence: number;
  readonly logTimeNs: bigint;
  readonly publishTimeNs: bigint;
  /** A slice of the reader's buffer: valid until the next batch is pulled. */
  readonly data: Uint8Array;
  /** Offset in the file of the message's record, or of the compressed source chunk that holds it. */
  readonly sourceOffset: number;
}

export interface MetadataRecord {
  readonly name: string;
  readonly entries: ReadonlyMap<string, string>;
  readonly sourceOffset: number;
}

export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly logTimeNs: bigint;
  readonly createTimeNs: bigint;
  /** Valid until the next batch is pulled. */
  readonly data: Uint8Array;
  readonly sourceOffset: number;
}

export type LossReason =
  | 'truncated' // the file ends inside a record
  | 'corrupt-record' // a record contradicts itself; reading went on behind it
  | 'corrupt-chunk' // a chunk's CRC, codec or size is wrong
  | 'chunk-bomb' // a chunk declares more than the caps allow
  | 'unknown-channel' // messages whose channel was never declared
  | 'rolled-back' // written by a transaction that was never finished; whoever opens the log takes it back
  | 'unreadable'; // the disk did not give the bytes

/** One line of the repair diary: a byte range of the file that was not read, and what is known of it. */
export interface Loss {
  readonly reason: LossReason;
  /** A sentence for people: what is wrong and where. */
  readonly text: string;
  /** The unread range [offset, offset + bytes) of the file; it is kept byte for byte. */
  readonly offset: number;
  readonly bytes: number;
  /** Topics known to be touched (from an index or a sound chunk header); empty if unknown. */
  readonly topics: readonly string[];
  readonly startTimeNs: bigint | undefined;
  readonly endTimeNs: bigint | undefined;
}

export type RecordingEvent =
  /** Each channel once, before its first message; channels without messages too. */
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'metadata'; readonly metadata: MetadataRecord }
  | { readonly kind: 'attachment'; readonly attachment: Attachment }
  | { readonly kind: 'loss'; readonly loss: Loss }
  /** Worth saying, and nothing is lost: a missing footer at a clean boundary, a summary that disagrees. */
  | { readonly kind: 'note'; readonly text: string };

/** Thrown by a reader when a recording cannot be taken apart within its limits: it lands byte for byte instead. */
export class LandOpaque extends Error {
  override readonly name = 'LandOpaque';
  /** @param reason a short clause for people: "a message of 300 MB is larger than 256 MB". */
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** What can be said of a recording without reading it whole; counts are undefined where no index says them. */
export interface Inspection {
  readonly profile: string;
  readonly library: string;
  readonly indexed: boolean;
  readonly messages: number | undefined;
  readonly startTimeNs: bigint | undefined;
  readonly endTimeNs: bigint | undefined;
  readonly topics: readonly {
    readonly topic: string;
    readonly schemaName: string;
    readonly messages: number | undefined;
  }[];
}

/** Takes what an index says of when messages were written, in any order. Nothing of it is proven. */
export interface IndexedTimes {
  /** For each channel. `messages` is undefined where the index does not count them. */
  topic(topic: string, schemaName: string, messages: number | undefined): IndexedTopic;
}

export interface IndexedTopic {
  /** One message, its log time as two halves of 32 bits: of millions, bigints would cost more than all the rest. */
  at(highNs: number, lowNs: number): void;
  /** Some messages in [startNs, endNs], nobody knows how many and when. */
  within(startNs: bigint, endNs: bigint): void;
}

/** How much of an index may be read: indexes lie scattered over a file, and a disk that spins takes long for each piece. */
export interface IndexBudget {
  readonly bytesMax: number;
  /** Asked between pieces. Once it is, what is left is told as far as it is known. */
  isSpent(): boolean;
}

/** A stretch of a recording that can be read without the rest, as an index tells of it: [offset, offset + bytes). */
export interface IndexedPiece {
  readonly offset: number;
  readonly bytes: number;
  readonly startTimeNs: bigint;
  readonly endTimeNs: bigint;
  /** Numbers of the channels that it holds, as the index has them. */
  readonly channels: readonly number[];
}

export interface IndexedPieces {
  /** In the order of the file. Nothing of them is proven. */
  readonly pieces: readonly IndexedPiece[];
  /** Topics by the numbers of their channels. */
  readonly topics: ReadonlyMap<number, string>;
  /** A recording of these pieces alone, for `read`: what they say in their order, and what defines their channels. */
  only(pieces: readonly IndexedPiece[]): ByteSource;
}

export interface RecordingFormat {
  /** `mcap`, `rosbag1`, … as it stands in the catalog. */
  readonly name: string;
  /** How much of the beginning decides what it is, where that is more than 4 KiB; at most 64 KiB. */
  readonly headBytes?: number;
  /**
   * Decides by content: `head` holds the first 4 KiB of the file (or `headBytes`), or all of it. Nothing is decompressed
   * for it. A format with `confirms` says here what may be one of its files.
   */
  recognises(head: Uint8Array): boolean;
  /**
   * The second look of a format whose head cannot tell, as where it lies in a compressed file: reads and decodes at most
   * a few MiB. Never throws for damaged input. Without it, what is recognised is confirmed.
   */
  confirms?(source: ByteSource, tools: ReadTools): Promise<boolean>;
  /** Reads at most a few MiB: the index if there is one, else the head. Never throws for damaged input. */
  inspect(source: ByteSource, tools: ReadTools): Promise<Inspection>;
  /**
   * Tells what the index says of when messages were written, without reading any; absent where a format has no such index.
   * False where this file has none. Never throws for damaged input.
   */
  readonly readTimes?: (
    source: ByteSource,
    tools: ReadTools,
    times: IndexedTimes,
    budget: IndexBudget,
  ) => Promise<boolean>;
  /**
   * Tells from the index which stretches can be read alone; absent where a format has no such index, undefined where this
   * file has none. Never throws for damaged input.
   */
  readonly findPieces?: (source: ByteSource, tools: ReadTools) => Promise<IndexedPieces | undefined>;
  /**
   * Reads the whole recording in the order of its bytes, in batches of about one source chunk or read block. Every byte
   * of the file is either understood or in a `loss`. Throws only `LandOpaque`, and what `source.read` throws.
   */
  read(source: ByteSource, tools: ReadTools): AsyncIterable<readonly RecordingEvent[]>;
}

/** Whether the format recognises a file that begins with `head`, shown as much of it as the format looks at. */
export const isRecognised = (format: RecordingFormat, head: Uint8Array): boolean =>
  format.recognises(head.subarray(0, format.headBytes ?? HEAD_BYTES));

export interface ReadTools {
  readonly decompressors: Decompressors;
  readonly limits: ReadLimits;
  readonly signal?: AbortSignal;
}
