/** A program that never gets past the phase it is told: opening, running or closing. For tests that send it signals. */
import { runProgram } from './run-program.ts';

const phase = process.argv[2];

/** Pending for good; the timer keeps the process alive. */
const hang = (): Promise<never> => {
  process.stdout.write(`{"event":"hanging","phase":"${phase}"}\n`);
  return new Promise(() => setInterval(() => {}, 60_000));
};

process.exitCode = await runProgram({
  name: 'stubborn',
  settings: () => ({ healthPort: 0, healthHost: '127.0.0.1' }),
  async open(_settings, { onClose }) {
    if (phase === 'open') await hang();
    onClose(() => (phase === 'close' ? hang() : Promise.resolve()));
    const aborted = (stop: AbortSignal): Promise<void> =>
      new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
    return {
      run: (stop) => (phase === 'run' ? hang() : aborted(stop)),
      ready: async () => {},
      metrics: async () => ({}),
    };
  },
});
