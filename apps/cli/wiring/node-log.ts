/** The log of a node: one JSON object a line in `HOME/node.log`; what is wrong also goes to who watches. */
import { createWriteStream, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log, LogFields } from '@pitlane/base/telemetry';
import { systemClock } from '@pitlane/base/time';

const FILE_BYTES_MAX = 16 * 1024 * 1024;

export interface NodeLog extends Log {
  close(): Promise<void>;
}

export function openNodeLog(home: string): NodeLog {
  const path = join(home, 'node.log');
  keepOneOlder(path);
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  file.on('error', () => {}); // a full disk is told by the work that it stops, not by the log
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}): void => {
      file.write(`${JSON.stringify({ time: new Date(systemClock.nowMs()).toISOString(), level, event, ...fields })}\n`);
    };
  return {
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    close: () => new Promise((resolve) => file.end(() => resolve())),
  };
}

/** A file that has grown makes place at the next start, so that two are all there ever is. */
function keepOneOlder(path: string): void {
  try {
    if (statSync(path).size > FILE_BYTES_MAX) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet.
  }
}
