/**
 * Starts services, runs a command with their addresses in its environment, and stops them, whatever happens between.
 * A port or data folder that the environment names already is taken as it is, and such a data folder is kept: that is
 * how a test stops a service and starts it again where it was.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-ports.mjs';
import { RunningService } from './running-service.mjs';

const END_WITHIN_MS = 15_000;

/** Answers with the exit code: the command's, or 128 and the number of the signal that ended it. */
export async function runAround(services, command) {
  const stopping = new AbortController();
  const onSignal = (signal) => stopping.abort(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  const kept = process.env.PITLANE_SERVICES_DATA;
  const data = path.resolve(kept || (await mkdtemp(path.join(tmpdir(), 'pitlane-services-'))));
  const running = [];
  try {
    await mkdir(data, { recursive: true });
    const ports = await portsFor(services);
    for (const service of services) running.push(new RunningService(service, ports.get(service), data));
    await Promise.all(running.map((service) => service.ready(stopping.signal)));
    const variables = Object.assign(
      { PITLANE_TEST_SERVICES_DATA: data },
      ...running.map((service) => service.variables()),
    );
    return command.length === 0
      ? await stay(variables, running, stopping.signal)
      : await exitCodeOf(command, { ...withoutOurs(services), ...variables }, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return codeOfSignal(stopping.signal.reason);
    throw error;
  } finally {
    await Promise.all(running.map((service) => service.stop()));
    if (!kept) await rm(data, { recursive: true, force: true });
  }
}

async function portsFor(services) {
  const wanted = services.flatMap((service) =>
    Object.entries(service.ports).map(([name, variable]) => ({ service, name, port: Number(process.env[variable]) })),
  );
  const free = await freePorts(wanted.filter(({ port }) => !port).length);
  const ports = new Map(services.map((service) => [service, {}]));
  for (const { service, name, port } of wanted) ports.get(service)[name] = port || free.pop();
  return ports;
}

/** Prints the addresses and waits for a signal. A service that ends by itself ends the wait. */
async function stay(variables, running, signal) {
  for (const [name, value] of Object.entries(variables)) console.log(`export ${name}=${value}`);
  console.error(`${running.map(({ name }) => name).join(', ')}: ready; Ctrl-C stops`);
  while (!signal.aborted) {
    const ended = running.find(({ exitCode }) => exitCode !== undefined);
    if (ended) throw new Error(`${ended.name} ended with ${ended.exitCode}`);
    await sleep(500, undefined, { signal }).catch(() => {});
  }
  return 0;
}

/** The environment less what was given to us alone: services that the command starts by itself are not these. */
function withoutOurs(services) {
  const ours = ['PITLANE_SERVICES_DATA', ...services.flatMap(({ ports }) => Object.values(ports))];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.includes(name)));
}

async function exitCodeOf([binary, ...args], env, signal) {
  // At a terminal Ctrl-C reaches the command by itself; elsewhere it is a group that we signal as a whole.
  const detached = !process.stdin.isTTY;
  const child = spawn(binary, args, { env, stdio: 'inherit', detached });
  const send = (name) => {
    if (child.pid === undefined) return;
    try {
      process.kill(detached ? -child.pid : child.pid, name);
    } catch {} // it has ended
  };
  let deadline;
  const pass = () => {
    if (detached || signal.reason !== 'SIGINT') send(signal.reason);
    deadline = setTimeout(send, END_WITHIN_MS, 'SIGKILL');
  };
  if (signal.aborted) pass();
  signal.addEventListener('abort', pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${binary} did not start: ${error.message}`)));
      child.once('exit', (code, endedBy) => resolve(code ?? codeOfSignal(endedBy)));
    });
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', pass);
  }
}

function codeOfSignal(name) {
  return 128 + (constants.signals[name] ?? 0);
}
