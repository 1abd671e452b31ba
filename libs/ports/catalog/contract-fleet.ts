/**
 * Events of a small fleet, drawn from a seed: drives of one name in two tenants, dockings in several garages, copies, states that
 * go back, chunks of cuts that were given up, losses without times, times that do not fit, and everything more than once.
 */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { ClockFacts } from '@pitlane/contracts/clock';
import type { State } from '@pitlane/contracts/records';
import { STATES } from '@pitlane/contracts/records';
import { chunkId, clockSegment, DOCKED_AT_MS, DriveBuilder, timeText } from './contract-facts.ts';
import { derivedTracks, FRAMES, trackFacts } from './contract-tracks.ts';

export { frozen as frozenDataset } from './contract-datasets.ts';
export { derivedTracks, trackFacts } from './contract-tracks.ts';

const TOPICS = ['/imu', '/gps', '/lidar/top', '/kamera "süd"'] as const;
const SCHEMAS = ['Imu', 'Fix', 'Zeit \u{1F697}', null] as const;
const BEYOND = ['9223372036854775808', '18446744073709551615'] as const;

/** Numbers of [0, 1) that follow from the seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class FleetDraw {
  readonly #random: () => number;
  /** What is derived is drawn apart, so that the rest stays as it is. */
  readonly #derived: () => number;
  readonly #names: readonly string[];

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.#derived = randomFrom(seed ^ 0x5eed);
    this.#names = ['a', 'b', 'c', 'd', 'e'].map((name) => `fleet-${seed}-${name}`);
  }

  /** @returns the events of all drives, each drive's in order, in the order in which they would arrive. */
  events(): CatalogEvent[] {
    const drives = ['acme', 'beta'].flatMap((tenant) => this.#names.map((name) => this.#drive(name, tenant)));
    const mixed: CatalogEvent[] = [];
    while (drives.some((left) => left.length > 0)) {
      const next = this.#one(drives.filter((left) => left.length > 0)).shift();
      if (next) mixed.push(next);
    }
    return mixed;
  }

  #drive(name: string, tenant: string): CatalogEvent[] {
    const docks = Array.from({ length: this.#upTo(1, 3) }, (_, i) => {
      const garage = this.#one(['north', 'süd', 'hof']);
      return new DriveBuilder(name, { tenant, garage, dockId: `${name}-dock-${i}` });
    });
    return docks.flatMap((dock) => {
      const dockedAtMs = DOCKED_AT_MS + this.#upTo(0, 3) * 43_200_000;
      const startTime = this.#one([dock.drive.startTime, null]);
      const docked: CatalogEvent = {
        type: 'dock',
        drive: { ...dock.drive, startTime },
        dock: { ...dock.dock, dockedAtMs },
      };
      const recordings = ['r1', 'r2', 'r3'].slice(0, this.#upTo(1, 3)).map((r) => `${name} ${this.#one([r, 'r1'])}`);
      const events: CatalogEvent[] = [
        docked,
        ...recordings.flatMap((recording) => this.#recording(dock, recording)),
        ...recordings.map((recording) => dock.previewed(recording, { sourceBytes: this.#upTo(1, 3) * 1000 })),
        ...(this.#chance(0.6)
          ? dock.judged(['one', 'two', 'three'].slice(0, this.#upTo(0, 3)), dockedAtMs - DOCKED_AT_MS)
          : []),
        ...(this.#chance(0.7) ? [dock.receipt(recordings, this.#after(dockedAtMs))] : []),
        ...this.#notes(dock),
      ];
      return this.#chance(0.3) ? [...events, ...events] : events;
    });
  }

  #notes({ drive }: DriveBuilder): CatalogEvent[] {
    const startTime = timeText(this.#upTo(0, 200));
    const annotation = {
      eventId: this.#one(['e1', 'e2', 'e3']),
      kind: this.#one(['incident', 'rain']),
      startTime,
      endTime: this.#one([startTime, timeText(300), BEYOND[0]]),
      note: this.#one([null, 'späte "Übernahme"']),
      labels: this.#one([{}, { wetter: 'naß' }]),
      source: this.#one(['person', 'import'] as const),
      author: this.#one([null, 'crew']),
      notedAtMs: DOCKED_AT_MS + this.#upTo(0, 3),
      isWithdrawn: this.#chance(0.3),
    };
    const correction = {
      correctionId: this.#one(['c1', 'c2']),
      vehicleId: this.#one([null, 'car-8', 'car-9']),
      labels: this.#one([null, { map: 'm7' }]),
      reason: 'wrong disk',
      author: 'crew',
      correctedAtMs: DOCKED_AT_MS + this.#upTo(0, 3),
    };
    return [
      ...(this.#chance(0.5) ? [{ type: 'annotation', drive, annotation } as const] : []),
      ...(this.#chance(0.2) ? [{ type: 'correction', drive, correction } as const] : []),
    ];
  }

  #recording(dock: DriveBuilder, name: string): CatalogEvent[] {
    const chunks = this.#upTo(0, 4);
    return [
      dock.preview(name, this.#chance(0.3) ? { topics: [], messages: null, startTime: null, endTime: null } : {}),
      ...(this.#chance(0.3) ? [dock.set(name, 'pending')] : []),
      ...Array.from({ length: this.#upTo(0, 4) }, () =>
        dock.state(name, this.#one<State>(STATES.slice(0, this.#upTo(1, STATES.length)))),
      ),
      ...Array.from({ length: chunks }, (_, ordinal) =>
        this.#withTracks(dock, this.#chunk(dock, name, ordinal)),
      ).flat(),
      ...(this.#chance(0.7)
        ? [dock.recording(name, this.#one([timeText(120), timeText(240.5), null, BEYOND[1]]), this.#clock())]
        : []),
      ...Array.from({ length: this.#upTo(0, 3) }, (_, channel) =>
        dock.channel(name, channel, this.#one(TOPICS), this.#one(SCHEMAS)),
      ),
      ...Array.from({ length: this.#upTo(0, 2) }, () => this.#loss(dock, name)),
      ...(this.#chance(0.2) ? [dock.set(name, this.#one(['active', 'superseded', 'pending']), `${name} other`)] : []),
    ];
  }

  #chunk(dock: DriveBuilder, name: string, ordinal: number): CatalogEvent {
    const startS = ordinal * 60 + this.#upTo(0, 90);
    const topics = TOPICS.slice(0, this.#upTo(1, TOPICS.length));
    if (this.#chance(0.1))
      return dock.chunk(name, ordinal, { kind: 'unread', windowStart: null, messages: 0, topics: [] });
    return dock.chunk(name, ordinal, {
      topics,
      startTime: timeText(startS),
      endTime: this.#chance(0.05) ? BEYOND[0] : timeText(startS + this.#upTo(0, 59_999) / 1000),
      part: this.#upTo(0, 2),
      ...(this.#chance(0.3) ? { chunkId: chunkId(`shared ${name.split(' ')[0]} ${ordinal}`) } : {}),
    });
  }

  /** Before its chunk, behind it, twice, with other tracks, or not at all. */
  #withTracks(dock: DriveBuilder, event: CatalogEvent): CatalogEvent[] {
    if (event.type !== 'chunk' || this.#derived() < 0.4) return [event];
    const tracks = ['/gps', '/odom'].slice(0, Math.floor(this.#derived() * 3)).map((topic) => trackFacts(topic));
    const derived = derivedTracks(dock, event.chunk.chunkId, tracks, { frames: FRAMES.slice(tracks.length - 1) });
    return this.#derived() < 0.3
      ? [derived, event]
      : this.#derived() < 0.3
        ? [event, derived, derived]
        : [event, derived];
  }

  #clock(): ClockFacts | undefined {
    if (this.#chance(0.2)) return undefined;
    const segments = Array.from({ length: this.#upTo(1, 3) }, (_, i) =>
      clockSegment(this.#one(['0', '-7200000000123', '1782937283200000000', null]), {
        startTime: timeText(i * 70),
        endTime: this.#chance(0.1) ? BEYOND[0] : timeText(i * 70 + 100),
        sourceStart: i * 600,
        sourceEnd: (i + 1) * 600,
        stepNs: this.#one([null, '-2000000001']),
        driftPpb: this.#upTo(-200_000, 200_000),
        quality: this.#one(['good', 'rough', 'bound', 'unchecked', 'unknown']),
        applied: this.#chance(0.6),
      }),
    );
    const skew = { topic: this.#one(TOPICS), offsetNs: '-1500000000', spreadNs: '7', pairs: 9, text: 'späte Stempel' };
    return { version: 1, segments, skews: this.#chance(0.5) ? [skew] : [] };
  }

  #loss(dock: DriveBuilder, name: string): CatalogEvent {
    return dock.loss(name, {
      offset: this.#upTo(0, 2) * 100,
      bytes: this.#upTo(1, 1000),
      reason: this.#one(['truncated', 'corrupt-chunk', 'unreadable']),
      topics: TOPICS.slice(0, this.#upTo(0, 2)),
      startTime: this.#one([null, timeText(this.#upTo(0, 200))]),
      endTime: this.#one([null, timeText(this.#upTo(200, 300))]),
    });
  }

  #after(dockedAtMs: number): string {
    return new Date(dockedAtMs + this.#upTo(1, 90_000_000)).toISOString();
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  /** A whole number of [min, max]. */
  #upTo(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1));
  }

  #one<Item>(items: readonly Item[]): Item {
    return items[this.#upTo(0, items.length - 1)] as Item;
  }
}
