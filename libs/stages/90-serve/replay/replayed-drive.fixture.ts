/** A small drive of three topics, and a clock that goes on only when a replay waits or a test says so. */
import { crc32 } from '@node-rs/crc32';
import { loadDecompressors } from '@pitlane/compressor-zstd';
import type { Clock } from '@pitlane/base/time';
import { type GivenChannel, type GivenMessage, LandedDrive } from '../../../../test/support/landed-drive.ts';
import type { MergeDeps } from '../export/merged-messages.ts';
import { planReplay } from './plan-replay.ts';
import { type ReplayEvent, Replay, type ReplayOptions, type Wait } from './replay.ts';
import { replaySource } from './replay-source.ts';

const decompressors = await loadDecompressors();
export const MS = 1_000_000n;
export const SECOND = 1000n * MS;
export const START = 1_767_225_600n * SECOND;

const schema = (name: string) => ({ name, encoding: 'ros2msg', data: new TextEncoder().encode(`# ${name}`) });
export const CHANNELS: readonly GivenChannel[] = [
  { topic: '/imu', messageEncoding: 'cdr', schema: schema('Imu') },
  { topic: '/gps', messageEncoding: 'json' },
  { topic: '/cam', messageEncoding: 'cdr', schema: schema('Image'), group: '/cam' },
];

/** `count` messages, one each 100 ms: /imu, /gps and /cam in turn, all three at every full second. */
export function messagesOf(count: number): GivenMessage[] {
  return Array.from({ length: count }, (_, i) => {
    const channels = i % 10 === 0 ? [2, 1, 0] : [i % 3];
    return channels.map((channel) => ({
      channel,
      logTimeNs: START + BigInt(i) * 100n * MS,
      publishTimeNs: START + BigInt(i) * 100n * MS - 7n,
      sequence: i,
      data: Buffer.alloc(10 + channel * 50, `${i} ${channel}`),
    }));
  }).flat();
}

export const depsOf = (drive: LandedDrive): MergeDeps => ({
  store: drive.store,
  decompressors,
  crc32: (bytes, previous) => crc32(bytes, previous) >>> 0,
});

type Given = ConstructorParameters<typeof LandedDrive>[0];

export async function landed(messages: readonly GivenMessage[], cuts: Given = {}): Promise<LandedDrive> {
  const drive = new LandedDrive(cuts);
  drive.rows('coverage');
  await drive.add({ path: 'a.mcap', channels: CHANNELS, messages });
  return drive;
}

export class HandClock implements Clock {
  ms = 0;
  /** What happens at a wall time, while the replay waits. */
  readonly #due: { atMs: number; act: () => void }[] = [];

  nowMs = (): number => this.ms;
  monotonicMs = (): number => this.ms;

  at(atMs: number, act: () => void): void {
    this.#due.push({ atMs, act });
    this.#due.sort((a, b) => a.atMs - b.atMs);
  }

  readonly wait: Wait = async (waitMs) => {
    const next = this.#due[0];
    if (next && next.atMs <= this.ms + waitMs) {
      this.#due.shift();
      this.ms = Math.max(this.ms, next.atMs);
      next.act();
    } else this.ms += waitMs;
  };
}

export async function replayOf(drive: LandedDrive, clock: HandClock, more: Partial<ReplayOptions> = {}) {
  const plan = await planReplay(drive.catalog, drive.key);
  const source = replaySource(plan.messages, depsOf(drive));
  return new Replay({ source, speed: 1, clock, wait: clock.wait, ...more });
}

/** What an event is, in a word: `topic@ms` of a message, `tick@ms`, `reason@ms` of a jump. */
export function told(event: ReplayEvent): string[] {
  const ms = (timeNs: bigint): string => String((timeNs - START) / MS);
  if (event.type === 'end') return ['end'];
  if (event.type === 'tick') return [`tick@${ms(event.timeNs)}`];
  if (event.type === 'jump') return [`${event.reason}@${ms(event.toNs)}`];
  return event.messages.map(({ channel, logTimeNs }) => `${channel.topic}@${ms(logTimeNs)}`);
}
