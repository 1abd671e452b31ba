import fc from 'fast-check';
import { type GivenChannel, type GivenMessage, LandedDrive } from '../../../../test/support/landed-drive.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Primer } from '../export/planned-objects.ts';
import { planReplay } from './plan-replay.ts';
import { Replay, type ReplayOptions } from './replay.ts';
import { replaySource } from './replay-source.ts';
import { depsOf, HandClock, MS, SECOND, START, told } from './replayed-drive.fixture.ts';

const CHANNELS: readonly GivenChannel[] = [
  { topic: '/imu', messageEncoding: 'json' },
  { topic: '/gps', messageEncoding: 'json', group: '/gps' },
  { topic: '/tf_static', messageEncoding: 'json' },
  { topic: '/map', messageEncoding: 'json', metadata: { latching: '1' }, group: '/map' },
];
const NAMES = CHANNELS.map(({ topic }) => topic);

const at = (channel: number, ms: number, sequence = 0): GivenMessage => ({
  channel,
  logTimeNs: START + BigInt(ms) * MS,
  sequence,
  data: Buffer.from(`{"ms":${ms}}`),
});

/** Ten seconds: /imu ten times and /gps twice a second, two static transforms at first and one later, a map now and then. */
const MESSAGES: readonly GivenMessage[] = [
  at(2, 0, 0),
  at(2, 0, 1),
  at(2, 4200, 2),
  at(3, 50),
  at(3, 3050),
  ...Array.from({ length: 100 }, (_, i) => at(0, i * 100, i)),
  ...Array.from({ length: 20 }, (_, i) => at(1, i * 500 + 30, i)),
].sort((a, b) => Number(a.logTimeNs - b.logTimeNs));

let drive: LandedDrive;
beforeAll(async () => {
  drive = new LandedDrive({ chunkMessages: 9, innerMessages: 4 });
  drive.rows('coverage');
  await drive.add({ path: 'a.mcap', channels: CHANNELS, messages: MESSAGES });
});

interface Asked {
  readonly topics?: readonly string[];
  readonly startNs?: bigint;
  readonly endNs?: bigint;
  readonly primer?: Primer;
  readonly seekPrimer?: Primer;
}

async function replayOf(asked: Asked, clock: HandClock, more: Partial<ReplayOptions> = {}): Promise<Replay> {
  const { messages } = await planReplay(drive.catalog, { ...drive.key, ...asked });
  const source = replaySource(messages, depsOf(drive));
  return new Replay({ source, speed: 1, clock, wait: clock.wait, startNs: asked.startNs, ...more });
}

async function played(replay: Replay, clock: HandClock, until: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const event of replay.events()) {
    for (const line of told(event)) lines.push(`${Math.round(clock.ms)} ${line}`);
    if (lines.length >= until) break;
  }
  return lines;
}

describe('a seek', () => {
  it('sends at once the state of before, of topics that nobody asked for too, and then goes on in time', async () => {
    const clock = new HandClock();
    const replay = await replayOf({ topics: ['/imu'], seekPrimer: 'state' }, clock);
    clock.at(150, () => replay.seek(START + 5050n * MS));
    clock.at(350, () => replay.seek(START + 2000n * MS));
    expect(await played(replay, clock, 14)).toEqual([
      '0 /imu@0',
      '100 /imu@100',
      '150 seek@5050',
      '150 /tf_static@0',
      '150 /tf_static@0',
      '150 /map@3050',
      '150 /tf_static@4200',
      '200 /imu@5100',
      '300 /imu@5200',
      '350 seek@2000',
      '350 /tf_static@0',
      '350 /tf_static@0',
      '350 /map@50',
      '350 /imu@2000',
    ]);
    expect(replay.stats()).toMatchObject({ slippedMs: 0, lateness: { maxMs: 0 }, playedNs: 200n * MS });
  });

  it('sends the last message of each channel where that is asked for', async () => {
    const clock = new HandClock();
    const replay = await replayOf({ topics: ['/imu', '/gps'], seekPrimer: 'last' }, clock);
    clock.at(50, () => replay.seek(START + 5000n * MS));
    expect(await played(replay, clock, 6)).toEqual([
      '0 /imu@0',
      '30 /gps@30',
      '50 seek@5000',
      '50 /gps@4530',
      '50 /imu@4900',
      '50 /imu@5000',
    ]);
  });

  it('sends the state and nothing more while it stands', async () => {
    const clock = new HandClock();
    const replay = await replayOf({ topics: ['/imu'], seekPrimer: 'state' }, clock);
    clock.at(50, () => {
      replay.pause();
      replay.seek(START + 1000n * MS);
    });
    clock.at(9000, () => replay.resume());
    expect(await played(replay, clock, 6)).toEqual([
      '0 /imu@0',
      '50 seek@1000',
      '50 /tf_static@0',
      '50 /tf_static@0',
      '50 /map@50',
      '9000 /imu@1000',
    ]);
  });

  it('sends nothing of before where nobody asked for it', async () => {
    const clock = new HandClock();
    const replay = await replayOf({ topics: ['/imu'] }, clock);
    clock.at(50, () => replay.seek(START + 5000n * MS));
    expect(await played(replay, clock, 3)).toEqual(['0 /imu@0', '50 seek@5000', '50 /imu@5000']);
  });

  it('has the state that all messages before it make, wherever it goes', async () => {
    const newestBefore = (channel: number, ns: bigint, depth: number): GivenMessage[] =>
      MESSAGES.filter((one) => one.channel === channel && one.logTimeNs < ns).slice(-depth);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 10_500 }),
        fc.constantFrom('last' as const, 'state' as const, 'all' as const),
        fc.constantFrom(undefined, START + 1500n * MS),
        async (ms, seekPrimer, startNs) => {
          const asked = START + BigInt(ms) * MS;
          const seekNs = startNs !== undefined && startNs > asked ? startNs : asked;
          const selection = startNs === undefined ? {} : { startNs };
          const plan = await planReplay(drive.catalog, {
            ...drive.key,
            topics: ['/imu', '/gps'],
            seekPrimer,
            ...selection,
          });
          const found: string[] = [];
          for await (const batch of replaySource(plan.messages, depsOf(drive))(asked))
            for (const { channel, logTimeNs } of batch)
              if (logTimeNs < seekNs) found.push(`${channel.topic} ${logTimeNs}`);
          const depths = [1, 1, 256, 1].map((depth, channel) =>
            channel < 2 ? (seekPrimer === 'state' ? 0 : depth) : seekPrimer === 'last' ? 0 : depth,
          );
          const expected = depths.flatMap((depth, channel) =>
            depth === 0 ? [] : newestBefore(channel, seekNs, depth).map((one) => `${NAMES[channel]} ${one.logTimeNs}`),
          );
          expect([...found].sort()).toEqual(expected.sort());
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });
});

describe('a replay that begins in the middle', () => {
  it('sends the state before its start at once, and begins with what follows', async () => {
    const clock = new HandClock();
    const asked = { topics: ['/imu'], startNs: START + 5n * SECOND, primer: 'state' as const };
    const replay = await replayOf(asked, clock);
    expect(await played(replay, clock, 6)).toEqual([
      '0 /tf_static@0',
      '0 /tf_static@0',
      '0 /map@3050',
      '0 /tf_static@4200',
      '0 /imu@5000',
      '100 /imu@5100',
    ]);
    expect(replay.stats()).toMatchObject({ slippedMs: 0, lateness: { maxMs: 0 } });
  });
});
