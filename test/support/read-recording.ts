/** Reads a whole recording into memory for a test, copying what is valid for one batch only. */
import {
  type Attachment,
  type ByteSource,
  type Channel,
  DEFAULT_READ_LIMITS,
  LandOpaque,
  type Loss,
  type Message,
  type MetadataRecord,
  type ReadLimits,
  type RecordingFormat,
} from '@pitlane/formats/recording';
import { testDecompressors } from './decompressors.ts';

export interface ReadRecording {
  readonly channels: Channel[];
  readonly messages: Message[];
  readonly metadata: MetadataRecord[];
  readonly attachments: Attachment[];
  readonly losses: Loss[];
  readonly notes: string[];
  /** The reason when the reader gave the recording up. */
  opaque: string | undefined;
}

export async function readRecording(
  format: RecordingFormat,
  source: ByteSource,
  limits: Partial<ReadLimits> = {},
): Promise<ReadRecording> {
  const read: ReadRecording = {
    channels: [],
    messages: [],
    metadata: [],
    attachments: [],
    losses: [],
    notes: [],
    opaque: undefined,
  };
  const tools = { decompressors: await testDecompressors(), limits: { ...DEFAULT_READ_LIMITS, ...limits } };
  try {
    for await (const batch of format.read(source, tools)) {
      for (const event of batch) {
        if (event.kind === 'channel') read.channels.push(event.channel);
        else if (event.kind === 'message') read.messages.push({ ...event.message, data: event.message.data.slice() });
        else if (event.kind === 'metadata') read.metadata.push(event.metadata);
        else if (event.kind === 'attachment') {
          read.attachments.push({ ...event.attachment, data: event.attachment.data.slice() });
        } else if (event.kind === 'loss') read.losses.push(event.loss);
        else read.notes.push(event.text);
      }
    }
  } catch (error) {
    if (!(error instanceof LandOpaque)) throw error;
    read.opaque = error.reason;
  }
  return read;
}

/** One line for each message: what must be equal in two readings of the same content. */
export const linesOf = (messages: readonly Message[]): string[] =>
  messages.map((message) => {
    const { channel, sequence, logTimeNs, publishTimeNs, data } = message;
    return [channel.topic, sequence, logTimeNs, publishTimeNs, Buffer.from(data).toString('base64')].join(' ');
  });

/** The fault in a list of losses, if there is one: outside of the file, out of order, overlapping, or empty. */
export function faultOfLosses(losses: readonly Loss[], fileBytes: number): string | undefined {
  let end = 0;
  for (const loss of losses) {
    if (loss.bytes <= 0) return `an empty loss at ${loss.offset}`;
    if (loss.offset < end) return `a loss at ${loss.offset} before ${end}`;
    end = loss.offset + loss.bytes;
  }
  return end > fileBytes ? `a loss up to ${end} of ${fileBytes}` : undefined;
}
