import { PitlaneError } from '@pitlane/base/errors';
import { describe, expect, it } from 'vitest';
import { linesFrom, NDJSON, type Numbered, SSE } from './ndjson.ts';

/** Time passes when it is looked at. */
function clockThatRuns(stepMs: number) {
  let nowMs = 0;
  return { nowMs: () => 1000 + nowMs, monotonicMs: () => (nowMs += stepMs) };
}

const still = clockThatRuns(0);

async function* eventsOf<Event>(...events: Event[]): AsyncGenerator<Event> {
  yield* events;
}

async function allOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe('events as lines', () => {
  it('are one JSON object a line, after an empty one that shows that the node lives', async () => {
    const lines = await allOf(linesFrom(eventsOf({ type: 'a' }, { type: 'b', text: 'x\ny' }), NDJSON, still));
    expect(lines).toEqual(['\n', '{"type":"a"}\n', '{"type":"b","text":"x\\ny"}\n']);
  });

  it('end with why they ended, where that was before the end', async () => {
    async function* failing(): AsyncGenerator<object> {
      yield { type: 'a' };
      throw new PitlaneError('disk-full', 'no room', { details: { freeBytes: 3 } });
    }
    const [, , last = ''] = await allOf(linesFrom(failing(), NDJSON, still));
    expect(JSON.parse(last)).toEqual({
      type: 'failed',
      code: 'disk-full',
      message: 'no room',
      retryable: false,
      details: { freeBytes: 3 },
    });
  });
});

describe('server-sent events', () => {
  it('have the id with which a listener comes back, and the name of their type', async () => {
    const event: Numbered = { id: 'run-7', event: { type: 'bays' } };
    const lines = await allOf(linesFrom(eventsOf(event), SSE, still));
    expect(lines).toEqual([
      'event: tick\ndata: {"type":"tick","nowMs":1000}\n\n',
      'id: run-7\nevent: bays\ndata: {"type":"bays"}\n\n',
    ]);
  });

  it('tell the time while nothing happens, and the next event as soon as it comes', async () => {
    let come = (_: Numbered): void => {};
    async function* later(): AsyncGenerator<Numbered> {
      yield await new Promise<Numbered>((resolve) => (come = resolve));
    }
    const lines = linesFrom(later(), SSE, clockThatRuns(5000));
    for (let told = 0; told < 3; told += 1) expect((await lines.next()).value).toMatch(/^event: tick\n/);
    come({ id: 'run-1', event: { type: 'bays' } });
    let next = await lines.next();
    while (String(next.value).startsWith('event: tick')) next = await lines.next();
    expect(next.value).toMatch(/^id: run-1\n/);
  });

  it('tell the time too while much happens', async () => {
    const many = Array.from({ length: 20 }, (_, i): Numbered => ({ id: `run-${i}`, event: { type: 'bays' } }));
    const lines = await allOf(linesFrom(eventsOf(...many), SSE, clockThatRuns(1000)));
    expect(lines.filter((line) => line.startsWith('id: '))).toHaveLength(20);
  });
});
