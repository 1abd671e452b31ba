import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('come one after another for one key, also behind one that failed, and together for two', async () => {
    const turns = new Turns();
    const told: string[] = [];
    const ends = new Map<string, (error?: Error) => void>();
    const begin = (key: string, name: string): Promise<void> =>
      turns.take(key, () => {
        told.push(name);
        return new Promise<void>((resolve, reject) => ends.set(name, (error) => (error ? reject(error) : resolve())));
      });
    const first = begin('a', 'first').catch(() => 'failed');
    const second = begin('a', 'second');
    const other = begin('b', 'other');
    expect(told).toEqual(['first', 'other']);
    ends.get('first')?.(new Error('no'));
    expect(await first).toBe('failed');
    expect(told).toEqual(['first', 'other', 'second']);
    ends.get('second')?.();
    ends.get('other')?.();
    await Promise.all([second, other]);
    const third = begin('a', 'third');
    expect(told.at(-1)).toBe('third');
    ends.get('third')?.();
    await third;
  });
});
