/** A replay for whoever watches over the Foxglove WebSocket protocol: it stands while nobody does. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { crc32 } from '@node-rs/crc32';
import { PitlaneError } from '@pitlane/base/errors';
import { systemWait } from '@pitlane/base/retry';
import { systemClock } from '@pitlane/base/time';
import { counted } from '@pitlane/base/units';
import { knownChannels, Replay, spanOf } from '@pitlane/stages/90-serve';
import type { Run } from '../../command-context.ts';
import type { ReplayFlags } from '../../commands/replay.ts';
import { openReadingStore } from '../../wiring/reading-store.ts';
import { loadDecompressors } from '../../wiring/zstd.ts';
import { controlsFrom } from '../control-lines.ts';
import { MergeThread } from '../../wiring/replay/merge-thread.ts';
import type { Pace } from '../replay-drive.ts';
import { startOf } from '../run-replay.ts';
import { FoxgloveServer } from './foxglove-server.ts';
import { type ClientMessage, PlaybackStatus } from './protocol.ts';

const LOOPBACK = '127.0.0.1';
const PORT = 8765;
const TICK_NS = 50_000_000n;
/** What playback may be asked for; a viewer's slider goes no farther. */
const SPEED = { least: 0.001, most: 10_000 } as const;

/** Until the signal aborts. */
export async function serveReplay(run: Run<ReplayFlags>, driveId: string, pace: Pace): Promise<void> {
  const { options, terminal, context } = run;
  const { host = LOOPBACK, servePort = PORT, allowOrigin = [], slowClients = 'wait', control } = options;
  const token = await tokenOf(run, host);
  const { planned, speed, loop, gapMaxMs } = pace;
  const { signal } = context;
  const plan = planned.plan.messages;
  const store = await openReadingStore(planned.storeSpec, signal);
  const channels = await knownChannels(plan, { store, crc32, decompressors: await loadDecompressors(), signal });
  const span = spanOf(plan);
  const thread = new MergeThread({ plan, storeSpec: planned.storeSpec });
  const startNs = startOf(planned);
  const steered = { speed, loop, gapMaxMs, signal, startNs, tickEveryNs: TICK_NS, stay: true, paused: true };
  const replay = new Replay({ source: thread.source, clock: systemClock, wait: systemWait, ...steered });
  const audience = new Audience(replay);
  const server = new FoxgloveServer({
    name: `pitlane ${driveId}`,
    sessionId: randomUUID(),
    channels,
    span,
    slowClients,
    token,
    allowOrigins: allowOrigin,
    clock: systemClock,
    onWatchers: (count) => {
      audience.watch(count);
      terminal.say(`${counted(count, 'client')} watch${count === 1 ? 'es' : ''}`);
    },
    onPlayback: (request) => {
      audience.obey(request);
      server.sendState(request.requestId);
    },
    state: () => ({ ...stateOf(replay), currentTimeNs: replay.positionNs ?? span?.startNs ?? 0n }),
  });
  const controls = control ? controlsFrom(process.stdin, (text) => terminal.say(text)) : undefined;
  controls?.steer(replay);
  try {
    terminal.say(`replaying ${driveId} at ${await server.listen(host, servePort)}; Ctrl-C stops`);
    await play(replay, server, signal);
  } finally {
    controls?.close();
    await server.close();
    await thread.close();
  }
}

async function play(replay: Replay, server: FoxgloveServer, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of replay.events()) {
      if (event.type === 'messages') await server.send(event.messages);
      else if (event.type === 'tick') server.sendTime(event.timeNs);
      else server.sendState();
    }
  } catch (error) {
    if (!signal.aborted) throw error; // to be stopped is how it ends
  }
}

/** Plays when someone watches and nobody has paused it. */
export class Audience {
  readonly #replay: Pick<Replay, 'pause' | 'resume' | 'seek' | 'setSpeed'>;
  #wanted = true;
  #watchers = 0;

  constructor(replay: Pick<Replay, 'pause' | 'resume' | 'seek' | 'setSpeed'>) {
    this.#replay = replay;
  }

  watch(watchers: number): void {
    const [before, now] = [this.#watchers > 0, watchers > 0];
    this.#watchers = watchers;
    if (before && !now) this.#replay.pause();
    if (now && !before && this.#wanted) this.#replay.resume();
  }

  obey({ play: isWanted, speed, seekNs }: ClientMessage & { type: 'playback' }): void {
    this.#replay.setSpeed(Math.min(Math.max(Number.isNaN(speed) ? 1 : speed, SPEED.least), SPEED.most));
    if (seekNs !== undefined) this.#replay.seek(seekNs);
    this.#wanted = isWanted;
    if (isWanted) this.#replay.resume();
    else this.#replay.pause();
  }
}

function stateOf({ ended, paused, speed }: Replay): { status: PlaybackStatus; speed: number } {
  const status = ended ? PlaybackStatus.ended : paused ? PlaybackStatus.paused : PlaybackStatus.playing;
  return { status, speed: Math.min(speed, SPEED.most) };
}

/** Beyond loopback there must be one. */
async function tokenOf(run: Run<ReplayFlags>, host: string): Promise<string | undefined> {
  const { tokenFile } = run.options;
  const isLoopback = ['127.0.0.1', 'localhost', '::1'].includes(host);
  if (tokenFile === undefined) {
    if (isLoopback) return undefined;
    throw new PitlaneError(
      'bad-usage',
      `a replay that listens on ${host} needs a token: --token-file names a file with one`,
    );
  }
  const token = (await readFile(run.path(tokenFile), 'utf8').catch(() => '')).trim();
  if (token.length >= 16) return token;
  throw new PitlaneError('bad-usage', `${tokenFile} holds no token of at least 16 characters`);
}
