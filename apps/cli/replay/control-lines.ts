/** Commands to a running replay, one a line: `pause`, `resume`, `step [N]`, `seek TIME`, `speed N`. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import type { Replay } from '@pitlane/stages/90-serve';

export type Steered = Pick<Replay, 'pause' | 'resume' | 'step' | 'seek' | 'setSpeed'>;

const STEPS_MAX = 1_000_000;

/** Throws `bad-usage` for what is no command. */
export function obey(line: string, replay: Steered): void {
  const [verb = '', argument] = line.trim().split(/\s+/, 2);
  if (verb === 'pause') replay.pause();
  else if (verb === 'resume') replay.resume();
  else if (verb === 'step') replay.step(stepsFrom(argument));
  else if (verb === 'seek') replay.seek(timeNsFromText(argument ?? ''));
  else if (verb === 'speed') replay.setSpeed(argument === 'max' ? Number.POSITIVE_INFINITY : Number(argument));
  else if (verb !== '') throw unknown(line);
}

function stepsFrom(text = '1'): number {
  const steps = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (steps >= 1 && steps <= STEPS_MAX) return steps;
  throw new PitlaneError('bad-usage', `"${text}" is no number of messages from 1 to ${STEPS_MAX}`);
}

const unknown = (line: string): PitlaneError =>
  new PitlaneError('bad-usage', `"${line}" is no command: write pause, resume, step [N], seek TIME or speed N`);

export interface Controls {
  steer(replay: Steered): void;
  close(): void;
}

/** @param say is told what was not understood; the replay goes on. */
export function controlsFrom(input: Readable, say: (text: string) => void): Controls {
  const lines = createInterface({ input });
  return {
    steer(replay) {
      lines.on('line', (line) => {
        try {
          obey(line, replay);
        } catch (error) {
          say(messageOf(error));
        }
      });
    },
    close: () => lines.close(),
  };
}
