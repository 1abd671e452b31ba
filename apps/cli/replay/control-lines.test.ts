import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { controlsFrom, obey, type Steered } from './control-lines.ts';

function taped(): { replay: Steered; told: string[] } {
  const told: string[] = [];
  const tell = (verb: string) => (argument?: unknown) => void told.push(`${verb} ${String(argument)}`);
  return {
    told,
    replay: {
      pause: tell('pause'),
      resume: tell('resume'),
      step: tell('step'),
      seek: tell('seek'),
      setSpeed: tell('speed'),
    },
  };
}

describe('a line of control', () => {
  it.each([
    ['pause', 'pause undefined'],
    [' resume ', 'resume undefined'],
    ['step', 'step 1'],
    ['step 25', 'step 25'],
    ['seek 1532402927647951000', 'seek 1532402927647951000'],
    ['seek 2018-07-24T03:28:47.647951Z', 'seek 1532402927647951000'],
    ['speed 0.5', 'speed 0.5'],
    ['speed max', 'speed Infinity'],
  ])('%j steers the replay', (line, expected) => {
    const { replay, told } = taped();
    obey(line, replay);
    expect(told).toEqual([expected]);
  });

  it.each(['stop', 'step 0', 'step x', 'step 99999999', 'seek', 'seek soon'])('%j is answered, not obeyed', (line) => {
    const { replay, told } = taped();
    expect(() => obey(line, replay)).toThrow(expect.objectContaining({ code: 'bad-usage' }) as Error);
    expect(told).toEqual([]);
  });

  it('does not stop the replay when it is not understood', async () => {
    const { replay, told } = taped();
    const input = new PassThrough();
    const said: string[] = [];
    controlsFrom(input, (text) => said.push(text)).steer(replay);
    input.end('halt\n\npause\n');
    await once(input, 'end');
    expect(said).toEqual([expect.stringContaining('"halt" is no command')]);
    expect(told).toEqual(['pause undefined']);
  });
});
