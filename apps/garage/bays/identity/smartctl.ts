/**
 * Asks `smartctl`, where it is installed, for at most a few seconds: a disk that hangs must not hold up its bay, and a
 * process that waits for such a disk cannot even be killed, so it is left behind.
 */
import { execFile } from 'node:child_process';
import { fieldsOf, messageIn, type SmartReport, smartReportFrom, unknownHealth } from './smart-verdict.ts';

/** Runs a program; resolves with what it printed, however it ended. `undefined` where there is no such program. */
export type RunProgram = (file: string, args: readonly string[], timeoutMs: number) => Promise<string | undefined>;

const TIMEOUT_MS = 10_000;
const OUTPUT_MAX_BYTES = 1024 * 1024;
/** Daemons often have no `sbin` in their path. */
const PLACES = ['smartctl', '/usr/sbin/smartctl', '/usr/local/sbin/smartctl'];
const ASK = ['--json', '-H', '-A', '-i'];
const CANNOT_OPEN = 2;

export async function smartReport(device: string, run: RunProgram = runProgram): Promise<SmartReport> {
  const plain = await ask([...ASK, device], run);
  // Behind many USB bridges the disk is reached only when it is said how.
  return needsType(plain)
    ? reportFrom(await ask([...ASK, '-d', 'sat', device], run), device)
    : reportFrom(plain, device);
}

/** What it printed; `undefined` where it is not installed. */
async function ask(args: readonly string[], run: RunProgram): Promise<string | undefined> {
  for (const place of PLACES) {
    const printed = await run(place, args, TIMEOUT_MS);
    if (printed !== undefined) return printed;
  }
  return undefined;
}

const needsType = (printed: string | undefined): boolean =>
  printed !== undefined && /Unknown USB bridge|specify device type/i.test(messageIn(fieldsOf(parsed(printed))) ?? '');

function reportFrom(printed: string | undefined, device: string): SmartReport {
  const none = (why: string): SmartReport => ({ health: unknownHealth(why), model: null, serial: null });
  if (printed === undefined) return none('smartctl is not installed');
  const json = parsed(printed);
  if (json === undefined) return none(`smartctl did not answer for ${device} in ${TIMEOUT_MS / 1000} s`);
  const status = fieldsOf(fieldsOf(json)['smartctl'])['exit_status'];
  const isShut = typeof status === 'number' && (status & CANNOT_OPEN) !== 0;
  const message = messageIn(fieldsOf(json)) ?? '';
  if (isShut && /permission|not permitted/i.test(message)) {
    return none(`smartctl may not open ${device}: let the garage run it as root, or with CAP_SYS_RAWIO`);
  }
  return smartReportFrom(json);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const runProgram: RunProgram = (file, args, timeoutMs) =>
  new Promise((resolve) => {
    const leave = setTimeout(() => resolve(''), timeoutMs + 1000);
    leave.unref();
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: OUTPUT_MAX_BYTES } as const;
    const child = execFile(file, [...args], options, (error, stdout) => {
      clearTimeout(leave);
      resolve(error && 'code' in error && error.code === 'ENOENT' ? undefined : stdout);
    });
    child.unref();
  });
