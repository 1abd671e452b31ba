/** Tracks of a chunk: every topic that says where the vehicle is, thinned, measured, and cut into cells. */
import type { TrackPlan } from '@pitlane/contracts/trajectory';
import { trackPlanVersion, TRAJECTORIES } from '@pitlane/contracts/trajectory';
import type {
  DecodedMessage,
  Derivation,
  DerivationCounts,
  Derived,
  DerivedFrom,
  Deriver,
  WantedChannel,
} from '../deriver.ts';
import { anchorOf, type TimedLocal } from './anchor-frame.ts';
import { FrameCollector, tellsFrames } from './collect-frames.ts';
import { PositionCollector, type TimedPosition } from './collect-positions.ts';
import { type ChosenLocalReader, type ChosenReader, readerFor } from './position-sources.ts';
import { localTrack, type OfTrack, trackFrom } from './track-facts.ts';
import type { TrackFacts } from '@pitlane/contracts/trajectory';

/** Raised when the same plan gives something else. */
const CODE_VERSION = 1;
/** Ten a second tell where a vehicle is. */
const APART_NS = 95_000_000n;
const LOCALS_MAX = 20_000;

export function trajectoriesDeriver(plan: TrackPlan): Deriver {
  const version = `${CODE_VERSION}-${trackPlanVersion(plan)}`;
  return {
    name: TRAJECTORIES,
    version,
    wants: (channel) => readerFor(channel, plan.topics) !== undefined || tellsFrames(channel),
    begin: (chunk) => new TracksOfChunk(chunk, plan, version),
  };
}

/** One topic at work; channels of one topic share it. */
interface Topic {
  readonly reader: ChosenReader | ChosenLocalReader;
  readonly collector: PositionCollector;
  readonly locals: TimedLocal[];
  lastNs: bigint | undefined;
}

class TracksOfChunk implements Derivation {
  readonly #chunk: DerivedFrom;
  readonly #plan: TrackPlan;
  readonly #version: string;
  readonly #topics = new Map<string, Topic>();
  readonly #frames = new FrameCollector();

  constructor(chunk: DerivedFrom, plan: TrackPlan, version: string) {
    this.#chunk = chunk;
    this.#plan = plan;
    this.#version = version;
  }

  isDue(channel: WantedChannel, logTimeNs: bigint): boolean {
    return this.#frames.isDue(channel) || this.#isPositionDue(channel, logTimeNs);
  }

  #isPositionDue(channel: WantedChannel, logTimeNs: bigint): boolean {
    const topic = this.#topicOf(channel);
    if (!topic) return false;
    const { lastNs } = topic;
    // What steps back is looked at, and counted.
    return lastNs === undefined || logTimeNs - lastNs >= APART_NS || logTimeNs < lastNs;
  }

  take({ channel, logTimeNs, decoded }: DecodedMessage): void {
    if (this.#frames.isDue(channel)) this.#frames.take(channel, decoded);
    const topic = this.#topicOf(channel);
    if (!topic || !this.#isPositionDue(channel, logTimeNs)) return;
    topic.lastNs = logTimeNs;
    const { reader, collector, locals } = topic;
    if ('read' in reader) {
      const position = reader.read(decoded);
      if (position) collector.take({ ...position, timeNs: logTimeNs });
      return;
    }
    const local = reader.readLocal(decoded);
    if (!local || !Number.isFinite(local.xM) || !Number.isFinite(local.yM)) collector.left['out-of-range'] += 1;
    else if (locals.length >= LOCALS_MAX || logTimeNs <= (locals.at(-1)?.timeNs ?? -1n)) collector.left.time += 1;
    else locals.push({ ...local, timeNs: logTimeNs });
  }

  finish({ messages, undecoded, faults }: DerivationCounts): Derived {
    const derivation = { deriver: TRAJECTORIES, version: this.#version, object: null, messages, undecoded, faults };
    return {
      event: { type: 'derivation', ...this.#chunk, derivation, tracks: this.#tracks(), frames: this.#frames.frames },
      objects: [],
    };
  }

  #tracks(): readonly TrackFacts[] {
    const fixes = this.#bestFixes();
    return [...this.#topics].flatMap(([topic, { reader, collector, locals }]) => {
      const of = { topic, rank: reader.rank, source: reader.source, left: collector.left, note: null };
      if ('read' in reader) return tracksFrom(collector, of);
      const anchor = locals.length === 0 ? undefined : anchorOf(locals, fixes);
      if (typeof anchor !== 'object') return [localTrack(locals, { ...of, part: 0, note: anchor ?? null })];
      for (const local of locals) collector.take({ ...local, ...anchor.place(local) });
      return tracksFrom(collector, {
        ...of,
        note: `tied to the Earth by fixes, ${anchor.residualM.toFixed(1)} m apart`,
      });
    });
  }

  /** Of the receiver that is believed first among those that have any. */
  #bestFixes(): readonly TimedPosition[] {
    const ranked = [...this.#topics.values()]
      .filter(({ reader }) => 'read' in reader)
      .sort((a, b) => a.reader.rank - b.reader.rank);
    return ranked.map(({ collector }) => collector.stretches().flat()).find((fixes) => fixes.length > 0) ?? [];
  }

  #topicOf(channel: WantedChannel): Topic | undefined {
    const known = this.#topics.get(channel.topic);
    if (known) return known;
    const reader = readerFor(channel, this.#plan.topics);
    if (!reader) return undefined;
    const made: Topic = { reader, collector: new PositionCollector(), locals: [], lastNs: undefined };
    this.#topics.set(channel.topic, made);
    return made;
  }
}

/** What was left out is told with the first, where there is no track too. */
function tracksFrom(collector: PositionCollector, of: Omit<OfTrack, 'part'>): readonly TrackFacts[] {
  const stretches = collector.stretches();
  const none = { 'no-fix': 0, 'null-island': 0, 'out-of-range': 0, jump: 0, time: 0 };
  if (stretches.length === 0) return [localTrack([], { ...of, part: 0 })];
  return stretches.map((stretch, part) => trackFrom(stretch, { ...of, part, left: part === 0 ? of.left : none }));
}
