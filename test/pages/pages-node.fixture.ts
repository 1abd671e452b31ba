/** A node that stays, with one bay and its pages, as a program of its own. */
import { expect } from 'vitest';
import { type RunningCommand, startCommand, until } from '../support/command.ts';

export const WITHIN_MS = 150_000;

export interface PagesNode extends AsyncDisposable {
  readonly url: string;
}

/** @param media disks are folders in it */
export async function startPagesNode(
  home: string,
  media: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<PagesNode> {
  const bays = [{ id: 'bay-1', path: `${media}/*`, vehicle: 'car-47' }];
  const environment = { PITLANE_BAYS: JSON.stringify(bays), PITLANE_STAGE_POLICY: 'copy', ...settings };
  const running: RunningCommand = startCommand(['up', '--port', '0', '--home', home, '--json'], { environment });
  expect(await until(() => running.said.stdout.includes('}'), WITHIN_MS), running.said.stderr).toBe(true);
  return {
    url: (JSON.parse(running.said.stdout) as { url: string }).url,
    async [Symbol.asyncDispose]() {
      running.signalAll('SIGTERM');
      await running.ended;
    },
  };
}
