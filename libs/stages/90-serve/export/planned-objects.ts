/** Which objects hold anything of a selection, in the order that decides between equal messages. */
import { PitlaneError } from '@pitlane/base/errors';
import { CATALOG_TIME_END_NS } from '@pitlane/base/time';
import type { ChannelRow, ChunkRow, ChunkTopicRow, RecordingRow } from '../catalog-rows.ts';
import type { ExportPlan, OutputChannel, PlannedObject, StateRow, TwinFacts } from './export-plan.ts';
import { type ChannelDescriptor, descriptorKey } from '../objects/object-index.ts';
import { PlannedPrimers } from './planned-primers.ts';
import { readsWhole } from './reads-whole.ts';
import { stateDepth } from './state-topics.ts';

const TIME_END_NS = (1n << 64n) - 1n;
const OUTPUT_CHANNELS_MAX = 65_536;

export interface ExportRequest {
  readonly tenant: string;
  readonly driveId: string;
  /** Globs; all topics without. */
  readonly topics?: readonly string[] | undefined;
  /** Log times [start, end). */
  readonly startNs?: bigint | undefined;
  readonly endNs?: bigint | undefined;
  /** What of the time before the start comes first; nothing without. */
  readonly primer?: Primer | undefined;
  /** What comes first after a jump to any moment; nothing without. */
  readonly seekPrimer?: Primer | undefined;
}

/**
 * The state at the start: of the channels that carry state (`state`, whether or not their topics are asked for), the last
 * message of each channel that is asked for (`last`), or both (`all`).
 */
export type Primer = 'none' | 'last' | 'state' | 'all';

interface Candidate {
  readonly chunk: ChunkRow;
  readonly rows: readonly (ChunkTopicRow & { readonly output: number })[];
  readonly selected: boolean;
  /** A jump may need it for the state at that moment. */
  readonly hasState: boolean;
  readonly hasAllChannels: boolean;
}

export class Planned {
  readonly #request: ExportRequest;
  readonly #chunks: ReadonlyMap<string, ChunkRow>;
  readonly #channels: OutputChannel[] = [];
  /** Recording and channel number to output channel; channels that are not wanted are missing. */
  readonly #outputs = new Map<string, number>();
  /** Output channels that have an equal. */
  readonly #twinned = new Set<number>();
  readonly #seen = new Set<string>();
  readonly #kept: Candidate[] = [];
  readonly #extras: ChunkRow[] = [];
  /** Of the output channels whose state is wanted, how many messages. */
  readonly #depths: number[] = [];
  /** Likewise, after a jump. */
  readonly #seekDepths: number[] = [];
  readonly #primers: PlannedPrimers<Candidate> | undefined;

  constructor(
    request: ExportRequest,
    topics: ReadonlySet<string> | undefined,
    recordings: readonly RecordingRow[],
    channels: readonly ChannelRow[],
    chunks: ReadonlyMap<string, ChunkRow>,
  ) {
    this.#request = request;
    this.#chunks = chunks;
    const { startNs, primer = 'none', seekPrimer = 'none' } = request;
    if (startNs !== undefined && primer !== 'none') this.#primers = new PlannedPrimers(startNs);
    const byDescriptor = new Map<string, number[]>();
    const placeOf = new Map(recordings.map(({ recordingId }, place) => [recordingId, place]));
    const ordered = [...channels].sort(
      (a, b) =>
        (placeOf.get(a.recordingId) as number) - (placeOf.get(b.recordingId) as number) || a.channel - b.channel,
    );
    for (const { recordingId, channel, messages: _, digest: __, twin, ...descriptor } of ordered) {
      const asked = !topics || topics.has(descriptor.topic);
      const depth = this.#primers ? depthOf(descriptor, asked, primer) : 0;
      const seekDepth = depthOf(descriptor, asked, seekPrimer);
      if (!asked && depth === 0 && seekDepth === 0) continue;
      const key = descriptorKey(descriptor);
      const alike = byDescriptor.get(key) ?? [];
      byDescriptor.set(key, alike);
      if (alike[twin] === undefined) {
        alike[twin] = this.#channels.push({ ...descriptor, twin, ...(!asked && { primerOnly: true as const }) }) - 1;
        this.#depths.push(depth);
        this.#seekDepths.push(seekDepth);
      }
      this.#outputs.set(`${recordingId} ${channel}`, alike[twin]);
    }
    for (const alike of byDescriptor.values())
      if (alike.length > 1) for (const output of alike) this.#twinned.add(output);
    if (this.#channels.length > OUTPUT_CHANNELS_MAX) {
      throw new PitlaneError(
        'limit-exceeded',
        `${this.#channels.length} channels do not fit in one MCAP file: name topics`,
      );
    }
  }

  async addRecording(recordingId: string, chunkTopics: AsyncIterable<readonly ChunkTopicRow[]>): Promise<void> {
    const candidates: Candidate[] = [];
    for await (const inChunk of chunkTopics) {
      const [{ chunkId }] = inChunk as [ChunkTopicRow];
      const chunk = this.#chunks.get(chunkId);
      if (!chunk || this.#seen.has(chunkId)) continue;
      if (chunk.kind === 'extras') this.#addExtras(chunk);
      if (chunk.kind !== 'log') continue;
      const rows = inChunk.flatMap((row) => {
        const output = this.#outputs.get(`${recordingId} ${row.channel}`);
        return output === undefined ? [] : [{ ...row, output }];
      });
      if (rows.length === 0) continue;
      const selected = rows.some((row) => !this.#channels[row.output]?.primerOnly && this.#overlaps(row));
      const hasState = rows.some((row) => this.#isState(row));
      candidates.push({ chunk, rows, selected, hasState, hasAllChannels: rows.length === inChunk.length });
    }
    candidates.sort(bySource);
    for (const candidate of candidates) {
      // Only now: a recording that repeats itself may have one chunk twice, and both count.
      this.#seen.add(candidate.chunk.chunkId);
      this.#kept.push(candidate);
      for (const row of candidate.rows) {
        const depth = this.#depths[row.output] as number;
        const { messages } = row;
        const place = { chunk: candidate, messages, startNs: startOf(row), endNs: endOf(row) };
        if (depth > 0) this.#primers?.consider(row.output, depth, place);
      }
    }
  }

  result(): PlannedParts {
    const primed = this.#primers?.chosen() ?? new Map<Candidate, number[]>();
    const kept = this.#kept.filter((candidate) => candidate.selected || candidate.hasState || primed.has(candidate));
    const prefix = sharedFolder([
      ...kept.map(({ chunk }) => chunk.object),
      ...this.#extras.map(({ object }) => object),
    ]);
    const channelSets: number[][] = [];
    const setNumbers = new Map<string, number>();
    const twins: Record<number, TwinFacts[]> = {};
    const primers: [number, number[]][] = [];
    const stateRows: StateRow[] = [];
    const objects = kept.map((candidate, i): PlannedObject => {
      const { chunk, rows } = candidate;
      const set = rows.map(({ output }) => output).sort((a, b) => a - b);
      const key = set.join(' ');
      if (!setNumbers.has(key)) setNumbers.set(key, channelSets.push(set) - 1);
      const among = rows.filter(({ output }) => this.#twinned.has(output));
      if (among.length > 1) twins[i] = among.map(({ output, messages, leaf }) => ({ channel: output, messages, leaf }));
      const primes = primed.get(candidate);
      if (primes) primers.push([i, primes]);
      for (const row of rows.filter((one) => this.#isState(one))) {
        stateRows.push([row.output, i, row.messages, String(startOf(row)), String(endOf(row))]);
      }
      const start = rows.map(startOf).reduce((a, b) => (a < b ? a : b));
      const end = rows.map(endOf).reduce((a, b) => (a > b ? a : b));
      const { bytes, generation, crc32c } = chunk;
      return {
        name: chunk.object.slice(prefix.length),
        bytes,
        generation,
        crc32c,
        startNs: String(start),
        endNs: String(end),
        channelSet: setNumbers.get(key) as number,
        readsWhole: this.#readsWhole(candidate, start, end),
      };
    });
    const extras = this.#extras.map(({ object, bytes }) => [object.slice(prefix.length), bytes] as const);
    const primerDepths = beyondOne(this.#depths);
    const planned = { channels: this.#channels, prefix, channelSets, objects, twins, primers, primerDepths, extras };
    if (stateRows.length === 0) return planned;
    return { ...planned, seekState: { rows: stateRows, depths: beyondOne(this.#seekDepths) } };
  }

  /** Behind the end there is nothing to jump to. */
  #isState(row: ChunkTopicRow & { readonly output: number }): boolean {
    const { endNs } = this.#request;
    return (this.#seekDepths[row.output] as number) > 0 && (endNs === undefined || startOf(row) < endNs);
  }

  #readsWhole({ chunk, rows, selected, hasAllChannels }: Candidate, startNs: bigint, endNs: bigint): boolean {
    const messages = rows
      .filter(({ output }) => !this.#channels[output]?.primerOnly)
      .reduce((sum, row) => sum + row.messages, 0);
    const share = { startNs, endNs, rawBytes: chunk.rawBytes, messages, hasAllChannels };
    return selected && readsWhole(share, this.#request);
  }

  /** Window, group and part of each object of the result, where all of it is selected. */
  places(): (readonly [windowNs: string | null, group: string, part: number])[] {
    return this.#kept.map(
      ({ chunk, rows: [row] }) => [row?.windowNs?.toString() ?? null, chunk.group, row?.part ?? 0] as const,
    );
  }

  #addExtras(chunk: ChunkRow): void {
    const { topics, startNs, endNs } = this.#request;
    if ((topics?.length ?? 0) > 0 || startNs !== undefined || endNs !== undefined) return;
    this.#seen.add(chunk.chunkId);
    this.#extras.push(chunk);
  }

  #overlaps(row: ChunkTopicRow): boolean {
    const { startNs, endNs } = this.#request;
    return (startNs === undefined || endOf(row) >= startNs) && (endNs === undefined || startOf(row) < endNs);
  }
}

type PlannedParts = Pick<
  ExportPlan,
  'channels' | 'prefix' | 'channelSets' | 'objects' | 'twins' | 'primers' | 'primerDepths' | 'seekState' | 'extras'
>;

const beyondOne = (depths: readonly number[]): Record<number, number> =>
  Object.fromEntries([...depths.entries()].filter(([, depth]) => depth > 1));

function depthOf(channel: ChannelDescriptor, asked: boolean, primer: Primer): number {
  const state = primer === 'state' || primer === 'all' ? stateDepth(channel) : 0;
  return Math.max(state, asked && (primer === 'last' || primer === 'all') ? 1 : 0);
}

/** A time that the catalog cannot hold lies at 2^63 ns or later. */
const startOf = (row: ChunkTopicRow): bigint => row.startNs ?? CATALOG_TIME_END_NS;
const endOf = (row: ChunkTopicRow): bigint => row.endNs ?? TIME_END_NS;

/**
 * The order of the source: a later part of a group begins later; a topic that leaves the shared group within one block
 * of the source was in the shared group first.
 */
function bySource(a: Candidate, b: Candidate): number {
  const [rowA, rowB] = [a.rows[0] as ChunkTopicRow, b.rows[0] as ChunkTopicRow];
  if (rowA.sourceStart !== rowB.sourceStart) return rowA.sourceStart - rowB.sourceStart;
  if (a.chunk.group !== b.chunk.group) return a.chunk.group < b.chunk.group ? -1 : 1;
  return rowA.part - rowB.part || rowA.ordinal - rowB.ordinal;
}

function sharedFolder(names: readonly string[]): string {
  const first = names[0] ?? '';
  const folder = first.slice(0, first.lastIndexOf('/') + 1);
  return names.every((name) => name.startsWith(folder)) ? folder : '';
}
