/** Signals of a vehicle: fields of its thin topics as series of numbers and words, by the mapping of its type. */
import type { SignalSeries } from '@pitlane/contracts/derivation';
import { derivedObjectName } from '@pitlane/contracts/object-layout';
import {
  isMapped,
  type MappedTopic,
  mappedTopics,
  mappingVersionOf,
  type SignalMapping,
} from '@pitlane/contracts/signals';
import type {
  DecodedMessage,
  Derivation,
  DerivationCounts,
  Derived,
  DerivedFrom,
  Deriver,
  WantedChannel,
} from '../deriver.ts';
import { type CanReaders, canReaders } from './can-readers.ts';
import { fieldReader } from './field-reader.ts';
import { Series } from './series.ts';
import { signalsParquet } from './signals-parquet.ts';

/** Raised when the same mapping gives something else. */
const CODE_VERSION = 1;
export const SIGNALS = 'signals';

/** Throws `corrupt-input` or `bad-settings` where a DBC of the mapping is none, or lacks a signal. */
export function signalsDeriver(mapping: SignalMapping): Deriver {
  const topics = mappedTopics(mapping).map(
    (mapped): ReadableTopic => ({
      ...mapped,
      can: mapped.dbc === undefined ? undefined : canReaders(mapped.dbc, mapped.signals),
    }),
  );
  const version = `${CODE_VERSION}-${mappingVersionOf(mapping)}`;
  return {
    name: SIGNALS,
    version,
    wants: (channel) => topics.some((topic) => isMapped(topic, channel)),
    begin: (chunk) => new SignalsOfChunk(chunk, topics, version),
  };
}

interface ReadableTopic extends MappedTopic {
  readonly can: CanReaders | undefined;
}

/** A signal of a channel: what is taken of a message, and where it goes. */
interface Reading {
  readonly series: Series;
  read(message: DecodedMessage): number | string | undefined;
}

class SignalsOfChunk implements Derivation {
  readonly #chunk: DerivedFrom;
  readonly #topics: readonly ReadableTopic[];
  readonly #version: string;
  readonly #readings = new Map<number, readonly Reading[]>();
  /** One for each topic and signal: channels of one topic share it. */
  readonly #series = new Map<
    string,
    { readonly of: Pick<SignalSeries, 'topic' | 'signal' | 'rank' | 'unit'>; readonly series: Series }
  >();

  constructor(chunk: DerivedFrom, topics: readonly ReadableTopic[], version: string) {
    this.#chunk = chunk;
    this.#topics = topics;
    this.#version = version;
  }

  isDue(channel: WantedChannel, logTimeNs: bigint): boolean {
    return this.#readingsOf(channel).some(({ series }) => series.isDue(logTimeNs));
  }

  take(message: DecodedMessage): void {
    for (const reading of this.#readingsOf(message.channel)) {
      if (!reading.series.isDue(message.logTimeNs)) continue;
      const value = reading.read(message);
      if (value !== undefined) reading.series.add(message.logTimeNs, value);
    }
  }

  finish({ messages, undecoded, faults }: DerivationCounts): Derived {
    const { drive, chunkId } = this.#chunk;
    const signals = [...this.#series.values()].flatMap(({ of, series }) => series.finish(of) ?? []);
    const cut = [...this.#series.values()]
      .filter(({ series }) => series.cut > 0)
      .map(({ of, series }) => `${of.topic}: ${of.signal} has more samples than fit, and ${series.cut} were left away`);
    const name = derivedObjectName(drive, { deriver: SIGNALS, version: this.#version, chunkId });
    const object = signals.length > 0 ? name : null;
    return {
      event: {
        type: 'derivation',
        drive,
        chunkId,
        derivation: {
          deriver: SIGNALS,
          version: this.#version,
          object,
          messages,
          undecoded,
          faults: [...faults, ...cut],
        },
        signals,
      },
      objects:
        object === null ? [] : [{ name: object, bytes: signalsParquet(this.#chunk, signals), contentType: PARQUET }],
    };
  }

  #readingsOf(channel: WantedChannel): readonly Reading[] {
    let readings = this.#readings.get(channel.id);
    if (!readings) this.#readings.set(channel.id, (readings = this.#made(channel)));
    return readings;
  }

  #made(channel: WantedChannel): Reading[] {
    const rank = this.#topics.findIndex((topic) => isMapped(topic, channel));
    const mapped = this.#topics[rank];
    if (!mapped) return [];
    const { can } = mapped;
    return mapped.signals.map((source) => {
      const { signal, unit = can?.unitOf(source) ?? '' } = source;
      const key = `${channel.topic}\n${signal}`;
      const known = this.#series.get(key);
      const series = known?.series ?? new Series(source);
      if (!known) this.#series.set(key, { of: { topic: channel.topic, signal, rank, unit }, series });
      if (can) return { series, read: can.readerOf(source) };
      const read = fieldReader(source);
      return { series, read: ({ decoded }) => read(decoded) };
    });
  }
}

const PARQUET = 'application/vnd.apache.parquet';
