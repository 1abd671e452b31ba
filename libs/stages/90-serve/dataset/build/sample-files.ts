/** The files of one sample: what its messages hold, and a JSON that says where each was recorded and where it lies. */
import { createHash } from 'node:crypto';
import { bytesFromUtf8, utf8FromBytes } from '@pitlane/base/bytes';
import {
  fieldsOf,
  type ListRun,
  type ListSample,
  type PlanField,
  sampleKey,
  type SamplingPlan,
  UNNAMED,
} from '@pitlane/contracts/dataset';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { Extracted, Extractor } from './extract.ts';
import type { FoundMessage, ListMessages } from './list-messages.ts';

export interface SampleFile {
  /** Below the sample's key, without a dot before it. */
  readonly extension: string;
  readonly bytes: Uint8Array;
}

export interface SampleOf {
  readonly snapshotId: Sha256Hex;
  readonly tenant: string;
  readonly split: string;
  readonly shard: number;
  readonly plan: SamplingPlan;
}

interface Taken {
  readonly message: FoundMessage;
  readonly extracted: Extracted;
}

export class SampleFiles {
  readonly #of: SampleOf;
  readonly #fields: readonly PlanField[];
  readonly #messages: ListMessages;
  readonly #extractor: Extractor;
  /** By field and object. */
  readonly #sources = new Map<string, ListRun>();

  constructor(of: SampleOf, runs: readonly ListRun[], messages: ListMessages, extractor: Extractor) {
    this.#of = of;
    this.#fields = fieldsOf(of.plan);
    this.#messages = messages;
    this.#extractor = extractor;
    for (const run of runs) this.#sources.set(`${run.field} ${run.object}`, run);
  }

  keyOf(number: number): string {
    const { snapshotId, split, shard } = this.#of;
    return sampleKey(snapshotId, split, shard, number);
  }

  /** In order of field; the last one is the JSON. */
  async of(sample: ListSample, number: number): Promise<SampleFile[]> {
    const files: SampleFile[] = [];
    const told: Record<string, object> = {};
    let first: FoundMessage | undefined;
    const add = (extension: string, bytes: Uint8Array, facts: object): void => {
      files.push({ extension, bytes });
      told[extension] = { ...facts, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
    };
    for (const [field, { topic, as }] of this.#fields.entries()) {
      const lines: { taken: Taken; source: ListRun | undefined }[] = [];
      let numbered = 0;
      for (const place of sample.messages) {
        if (place[0] !== field) continue;
        const message = await this.#messages.get(place, topic);
        first ??= message;
        const extracted = (await this.#extractor.of(message.channel))(message.data);
        const source = this.#sources.get(`${field} ${place[1]}`);
        const taken = { message, extracted };
        if (this.#of.plan.kind === 'frames')
          add(frameExtension(as, extracted), extracted.bytes, factsOf(taken, source));
        else if (extracted.how === 'json') lines.push({ taken, source });
        else {
          const stem = as.split('.')[0] as string;
          const extension = `${stem}.${String(numbered).padStart(6, '0')}.${extracted.suffix}`;
          add(extension, extracted.bytes, factsOf(taken, source));
          numbered += 1;
        }
      }
      if (lines.length > 0) add(as.includes('.') ? as : `${as}.ndjson`, linesBytes(lines), factsOfAll(lines));
    }
    const { snapshotId: snapshot, split, tenant } = this.#of;
    const { driveId, vehicleId } = first?.object ?? {};
    const about = {
      snapshot,
      key: this.keyOf(number),
      split,
      tenant,
      driveId,
      vehicleId,
      time: sample.time,
      files: told,
    };
    return [...files, { extension: 'json', bytes: bytesFromUtf8(`${JSON.stringify(about)}\n`) }];
  }
}

function frameExtension(as: string, { suffix }: Extracted): string {
  if (as.includes('.')) return as;
  if (as !== '') return `${as}.${suffix}`;
  return suffix === 'json' ? `${UNNAMED}.json` : suffix;
}

const sourceOf = (source: ListRun | undefined): object | undefined =>
  source && {
    recordingId: source.recordingId,
    path: source.path,
    sourceStart: source.sourceStart,
    sourceEnd: source.sourceEnd,
  };

const schemaOf = ({ channel }: FoundMessage): object => ({
  topic: channel.topic,
  schema: channel.schema?.name ?? null,
  schemaSha256: channel.schema?.sha256 ?? null,
  messageEncoding: channel.messageEncoding,
});

function factsOf({ message, extracted }: Taken, source: ListRun | undefined): object {
  return {
    ...schemaOf(message),
    content: extracted.how,
    logTime: String(message.logTimeNs),
    publishTime: String(message.publishTimeNs),
    sequence: message.sequence,
    object: message.object.object,
    innerOffset: message.innerOffset,
    ...sourceOf(source),
  };
}

type Lines = readonly { readonly taken: Taken; readonly source: ListRun | undefined }[];

function linesBytes(lines: Lines): Uint8Array {
  const texts = lines.map(({ taken: { message, extracted } }) => {
    const times = `"logTime":"${message.logTimeNs}","publishTime":"${message.publishTimeNs}"`;
    return `{${times},"sequence":${message.sequence},"message":${utf8FromBytes(extracted.bytes)}}\n`;
  });
  return bytesFromUtf8(texts.join(''));
}

/** Of many messages the objects are told once each. */
function factsOfAll(lines: Lines): object {
  const [first] = lines as [Lines[number]];
  const objects = new Map<string, object>();
  for (const { taken, source } of lines) {
    const { object } = taken.message.object;
    if (!objects.has(object)) objects.set(object, { object, ...sourceOf(source) });
  }
  return {
    ...schemaOf(first.taken.message),
    content: 'json',
    messages: lines.length,
    startTime: String(first.taken.message.logTimeNs),
    endTime: String(lines.at(-1)?.taken.message.logTimeNs),
    objects: [...objects.values()],
  };
}
