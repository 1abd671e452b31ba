import type { RecordingFacts } from '@pitlane/contracts/manifest';
import { describe, expect, it } from 'vitest';
import { notesAt, withPaths } from './equal-files.ts';

const recording = { path: 'one.bag', notes: ['no footer'] } as unknown as RecordingFacts;

describe('a recording whose bytes lie at several paths', () => {
  it('keeps all of them, each once, and says so in its notes', () => {
    const joined = withPaths(recording, ['two.bag', 'one.bag', 'a/three.bag', 'two.bag']);
    expect(joined.alsoAt).toEqual(['a/three.bag', 'two.bag']);
    expect(joined.notes).toEqual([
      'no footer',
      'the same bytes lie at two.bag too',
      'the same bytes lie at a/three.bag too',
    ]);
    expect(withPaths(joined, ['two.bag', 'later.bag']).alsoAt).toEqual(['a/three.bag', 'later.bag', 'two.bag']);
  });

  it('is the very same when it has no other path, or none that is new', () => {
    expect(withPaths(recording, ['one.bag', 'one.bag'])).toBe(recording);
    const joined = withPaths(recording, ['two.bag']);
    expect(withPaths(joined, ['two.bag', 'one.bag'])).toBe(joined);
  });

  it('tells at each path where the same bytes are', () => {
    const joined = withPaths(recording, ['two.bag']);
    expect(notesAt(joined, 'one.bag')).toEqual(['no footer', 'the same bytes lie at two.bag too']);
    expect(notesAt(joined, 'two.bag')).toEqual(['the same bytes lie at one.bag too']);
    expect(notesAt(recording, 'moved.bag')).toEqual(['no footer']);
  });
});
