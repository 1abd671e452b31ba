/**
 * The life of a program, the same for each: settings, opening, work, draining at the first SIGTERM or SIGINT, closing in
 * reverse. The second signal stops at once, also while it opens or closes; what is done is safe either way. Its log is one
 * JSON object a line on stdout.
 */
import { isPitlaneError, messageOf } from '@pitlane/base/errors';
import { keepRunning } from '@pitlane/base/flow';
import { clearHeapEarly } from '@pitlane/base/heap';
import type { Log, LogFields } from '@pitlane/base/telemetry';
import { systemClock } from '@pitlane/base/time';
import { type HealthOptions, openHealth } from './health.ts';

/** Opens parts and says how each is closed; the last is closed first. */
export interface Opening {
  readonly log: Log;
  /** Aborts when the program is told to stop. */
  readonly signal: AbortSignal;
  readonly onClose: (close: () => Promise<unknown>) => void;
}

export interface Program extends Pick<HealthOptions, 'ready' | 'metrics'> {
  /** Runs until the signal aborts, and then to the end of what is under way. */
  run(signal: AbortSignal): Promise<void>;
}

export interface ProgramOptions<Settings extends { readonly healthPort: number; readonly healthHost: string }> {
  readonly name: string;
  readonly settings: () => Settings;
  readonly open: (settings: Settings, opening: Opening) => Promise<Program>;
}

const RESTART_MS = 1000;
/** As in the command: safe but unfinished. */
const STOPPED_AT_ONCE = 4;

/**
 * @returns the exit code: 0 after a stop that was asked for, 1 when it failed, 2 for wrong settings. After a second signal
 *   it never returns: the process ends with 4.
 */
export async function runProgram<Settings extends { readonly healthPort: number; readonly healthHost: string }>({
  name,
  settings: settingsOf,
  open,
}: ProgramOptions<Settings>): Promise<number> {
  clearHeapEarly();
  const log = logTo((line) => process.stdout.write(line), name);
  const stop = new AbortController();
  const closers: (() => Promise<unknown>)[] = [];
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopAt(signal, stop, log));
  try {
    const settings = settingsOf();
    const program = await open(settings, { log, signal: stop.signal, onClose: (close) => closers.push(close) });
    const health = await openHealth({
      port: settings.healthPort,
      host: settings.healthHost,
      ready: () => program.ready(),
      metrics: () => program.metrics(),
    });
    closers.push(() => health.close());
    stop.signal.addEventListener('abort', () => health.drain());
    log.info('program.started', { port: health.port });
    await keepRunning((signal) => program.run(signal), {
      signal: stop.signal,
      restartMs: RESTART_MS,
      onFailure: (error) => log.error('program.restarted', { reason: messageOf(error) }),
    });
    log.info('program.stopped');
    return 0;
  } catch (error) {
    log.error('program.failed', { code: isPitlaneError(error) ? error.code : 'internal', reason: messageOf(error) });
    return isPitlaneError(error, 'bad-settings', 'bad-usage') ? 2 : 1;
  } finally {
    for (const close of closers.reverse()) {
      await close().catch((error: unknown) => log.warn('program.closed-badly', { reason: messageOf(error) }));
    }
  }
}

/** For a program that waits for requests. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** The first signal drains, the second stops at once. */
function stopAt(signal: string, stop: AbortController, log: Log): void {
  if (stop.signal.aborted) {
    log.warn('program.stopped-at-once', { signal });
    process.exit(STOPPED_AT_ONCE);
  }
  log.info('program.draining', { signal });
  stop.abort();
}

function logTo(write: (line: string) => unknown, program: string): Log {
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}): void => {
      const time = new Date(systemClock.nowMs()).toISOString();
      write(`${JSON.stringify({ time, level, program, event, ...fields })}\n`);
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
