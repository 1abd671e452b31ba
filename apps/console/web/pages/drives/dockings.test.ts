import { describe, expect, it } from 'vitest';
import { afterEvent, afterList, type DockingEvent, type Dockings } from './dockings.ts';

const NOTHING: Dockings = new Map();
const open = { dockId: 'd', path: '/bays/1', state: 'open', driveIds: ['drive-1'], error: null, dockedAtMs: 0 };
const stages = { stage: { doneBytes: 1, totalBytes: 2, totalKnown: true } };
const progress: DockingEvent = { type: 'progress', dockId: 'd', path: '/bays/1', stages };
const verdict = { summary: 'complete', isComplete: true, judgedFrom: 'index', findings: [], notes: [] };
const wordOf = (dockings: Dockings) => dockings.get('d')?.word;
const after = (...events: DockingEvent[]) => events.reduce(afterEvent, NOTHING);

describe('dockings', () => {
  it('wait until something is heard of them', () => {
    const listed = afterList(NOTHING, [open], 0);
    expect(wordOf(listed)).toBe('waiting');
    expect(wordOf(afterEvent(listed, progress))).toBe('docking');
    expect(afterList(after(progress), [open], 0).get('d')).toMatchObject({
      word: 'docking',
      driveIds: ['drive-1'],
      stages,
    });
  });

  it('go when the list has them no more, but for what came through just now', () => {
    expect(afterList(after(progress), [], 0).size).toBe(0);
    const done = after(progress, { type: 'done', dockId: 'd' });
    expect(wordOf(afterList(done, [open], 0))).toBe('done');
  });

  it('show a failure for a day, and take it back when docking goes on', () => {
    const failed = { ...open, state: 'failed', error: 'the disk went away' };
    expect(afterList(NOTHING, [failed], 1000).get('d')).toMatchObject({ word: 'failed', fault: 'the disk went away' });
    expect(afterList(NOTHING, [failed], 25 * 3_600_000).size).toBe(0);
    expect(afterList(NOTHING, [{ ...open, error: 'an earlier try' }], 0).get('d')?.fault).toBe('');
    expect(after(progress, { type: 'failed', dockId: 'd', code: 'x', message: 'm' }, progress).get('d')?.fault).toBe(
      '',
    );
  });

  it('tell a node that stops from a docking that failed', () => {
    expect(wordOf(after(progress, { type: 'failed', dockId: 'd', code: 'interrupted', message: '' }))).toBe(
      'interrupted',
    );
    const before = after(progress);
    expect(afterEvent(before, { type: 'failed', code: 'internal', message: 'the stream broke' })).toBe(before);
  });

  it('keep the newest verdict of each folder', () => {
    const said: DockingEvent = { type: 'verdict', dockId: 'd', path: '/', folder: 'a', vehicleId: 'car', verdict };
    const better = { ...verdict, judgedFrom: 'messages' };
    const dockings = after(said, { ...said, folder: 'b' }, { ...said, verdict: better });
    expect(dockings.get('d')?.verdicts).toEqual({ a: better, b: verdict });
  });
});
