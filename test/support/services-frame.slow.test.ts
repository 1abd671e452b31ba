import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const local = fileURLToPath(new URL('../../deploy/local', import.meta.url));

/** A service that answers over HTTP, and says so when it is asked to end. */
const ECHO = {
  'service.mjs': `import { answerOf } from '../frame/answers.mjs';
export default {
  name: 'echo',
  ports: { http: 'PITLANE_ECHO_PORT' },
  ready: ({ ports, signal }) => answerOf('http://127.0.0.1:' + ports.http, signal),
  variables: ({ ports }) => ({ PITLANE_TEST_ECHO: 'http://127.0.0.1:' + ports.http }),
};`,
  'provision.sh': 'mkdir -p "$PITLANE_SERVICES_DIR" && touch "$PITLANE_SERVICES_DIR/echo"',
  'start.sh': `mkdir -p "$PITLANE_SERVICES_DATA/echo"
exec node -e 'require("http").createServer((_, r) => r.end("{}")).listen(+process.env.PITLANE_ECHO_PORT, "127.0.0.1")'`,
};

let base: string;
let script: string;

beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'pitlane-frame-'));
  const copied = path.join(base, 'deploy/local');
  script = path.join(copied, 'services.mjs');
  await cp(path.join(local, 'frame'), path.join(copied, 'frame'), { recursive: true });
  await cp(path.join(local, 'services.mjs'), script);
  await addService('echo', ECHO);
  await addService('broken', { ...ECHO, 'start.sh': 'echo "no room here" >&2; exit 3' });
});

afterAll(() => rm(base, { recursive: true, force: true }));

async function addService(name: string, files: Record<string, string>): Promise<void> {
  const folder = path.join(base, 'deploy/local', name);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await writeFile(path.join(folder, file), text.replaceAll("'echo'", `'${name}'`));
  }
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function services(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile('node', [script, ...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Whether nobody listens there any more: a process that has ended may stand in the system's table for a while. */
async function isGone(address: string): Promise<boolean> {
  return fetch(address).then(
    () => false,
    () => true,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('services run around a command', () => {
  it('answer when it begins, are gone with their data when it has ended, and pass its exit code on', async () => {
    const read = `const { PITLANE_TEST_ECHO: echo, PITLANE_TEST_SERVICES_DATA: data } = process.env;
      fetch(echo).then((r) => r.json()).then(() => {
        console.log(JSON.stringify({ data, echo }));
        process.exit(7);
      });`;
    const { code, stdout } = await services(['run', '--only', 'echo', '--', 'node', '-e', read]);
    expect(code).toBe(7);
    const { data, echo } = JSON.parse(stdout) as { data: string; echo: string };
    expect(await isGone(echo)).toBe(true);
    await expect(readdir(data)).rejects.toThrow('ENOENT');
  });

  it('keep a data folder and a port that they were given', async () => {
    const data = path.join(base, 'kept');
    const port = String(await freePort());
    const env = { PITLANE_SERVICES_DATA: data, PITLANE_ECHO_PORT: port };
    const { stdout } = await services(['run', '--only', 'echo', '--', 'sh', '-c', 'echo $PITLANE_TEST_ECHO'], env);
    expect(stdout.trim()).toBe(`http://127.0.0.1:${port}`);
    expect((await readdir(data)).sort()).toEqual(['echo', 'echo.log']);
  });

  it('say at once, with what it said itself, that one of them did not start, and do not begin the command', async () => {
    const { code, stdout, stderr } = await services(['run', '--', 'echo', 'begun']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/broken ended with 3 before it answered[\s\S]*no room here/);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('end when what holds them ends by %s', async (signal) => {
    const data = path.join(base, `held-${signal}`);
    const env = { ...process.env, PITLANE_SERVICES_DATA: data };
    const held = spawn('node', [script, 'run', '--only', 'echo'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise((resolve) => held.once('exit', (code, by) => resolve(code ?? by)));
    let address: string | undefined;
    for await (const line of createInterface(held.stdout)) {
      address = /PITLANE_TEST_ECHO=(.+)/.exec(line)?.[1];
      if (address !== undefined) break;
    }
    expect(await isGone(address as string)).toBe(false);
    held.kill(signal);
    expect(await ended).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
    // With nobody left to wait for it, a service is gone a moment after its holder.
    await expect.poll(() => isGone(address as string), { timeout: 10_000 }).toBe(true);
  });

  it('are installed by their scripts, and known by name', async () => {
    const folder = path.join(base, 'installed');
    expect((await services(['provision', 'echo'], { PITLANE_SERVICES_DIR: folder })).code).toBe(0);
    expect(await readdir(folder)).toEqual(['echo']);
    const unknown = await services(['provision', 'ecco']);
    expect([unknown.code, unknown.stderr.trim()]).toEqual([2, 'there is no service ecco: choose from broken, echo']);
    expect((await services(['stop'])).code).toBe(2);
  });
});
