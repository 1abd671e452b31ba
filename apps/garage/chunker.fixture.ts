/** A chunker process that behaves as its job's path says: well, or in one of the ways in which a decoder can fail. */
import { writeFileSync } from 'node:fs';
import type { Sha256Hex } from '@pitlane/contracts/identity';
import type { ChunkerAnswer, ChunkerJob, ChunkerWord, InspectEvent, InspectJob } from './chunker-protocol.ts';

const tell = (answer: ChunkerAnswer): void => void process.send?.(answer);
const progress = (readBytes: number): ChunkerAnswer => ({
  type: 'event',
  event: { type: 'progress', readBytes, rawBytes: 0, storedBytes: 0 },
});
const chunk = (ordinal: number): ChunkerAnswer =>
  ({ type: 'event', event: { type: 'chunk', facts: { ordinal }, known: false } }) as unknown as ChunkerAnswer;

const UNTAKEN_MAX = 64;
let untaken = 0;
let pauses: (() => void) | undefined;
let taken = (): void => {};
const grown: Uint8Array[] = [];

let goOn = (): void => {};

process.on('message', (message: ChunkerWord) => {
  if (message === 'taken') {
    untaken -= 1;
    taken();
  } else if (message === 'pause') pauses?.();
  else if (message === 'go on') goOn();
  else if (message.kind === 'inspect') inspect(message.job);
  else if (message.kind === 'chunk') void behave(message.job);
});
process.on('disconnect', () => process.exit(0));

/** `root` names the file by which it says that it waits, for its chunks to be taken or until it may go on. */
async function behave({ path, root }: ChunkerJob): Promise<void> {
  tell(progress(process.pid));
  if (path === 'hang') for (;;);
  if (path === 'silent') return;
  if (path === 'die') process.exit(1);
  if (path === 'die amid chunks') {
    for (let ordinal = 0; ordinal < UNTAKEN_MAX; ordinal += 1) tell(chunk(ordinal));
    writeFileSync(root, '');
    await new Promise(() => {});
  }
  if (path === 'be killed') process.kill(process.pid, 'SIGKILL');
  if (path === 'grow') {
    grown.push(new Uint8Array(400 * 1024 * 1024).fill(1));
    return tell(progress(1));
  }
  if (path === 'land opaque') return tell({ type: 'land-opaque', reason: 'its times jump about' });
  if (path === 'fail') return tell({ type: 'failed', code: 'disk-full', message: 'no room', retryable: true });
  if (path === 'pause') {
    tell(chunk(0));
    await new Promise<void>((resolve) => (pauses = resolve));
    tell({ type: 'paused' });
    writeFileSync(root, '');
    await new Promise<void>((resolve) => (goOn = resolve));
    tell(chunk(1));
  }
  if (path === 'many chunks') {
    for (let ordinal = 0; ordinal < 200; ordinal += 1) {
      tell(chunk(ordinal));
      untaken += 1;
      if (untaken >= UNTAKEN_MAX) writeFileSync(root, '');
      while (untaken >= UNTAKEN_MAX) await new Promise<void>((resolve) => (taken = resolve));
    }
  }
  tell({ type: 'done' });
}

const inspected = (type: InspectEvent['type'], format: string): ChunkerAnswer => ({
  type: 'inspect-event',
  event: {
    type,
    file: {
      format,
      inspection: undefined,
      headSha256: `${process.pid}` as Sha256Hex,
      prefixSha256: [],
      firstMessageSha256: null,
    },
  },
});

/** Each file is a log, but for the one at which it dies before it knows. */
function inspect({ paths }: InspectJob): void {
  for (const path of paths) {
    if (path === 'die unrecognised') process.exit(1);
    tell(inspected('recognised', 'mcap'));
    if (path === 'hang') for (;;);
    if (path === 'silent') return;
    if (path === 'die') process.exit(1);
    if (path === 'be killed') process.kill(process.pid, 'SIGKILL');
    if (path === 'fail') return tell({ type: 'failed', code: 'unavailable', message: 'no disk', retryable: true });
    tell(inspected('inspected', 'mcap'));
  }
  tell({ type: 'done' });
}
