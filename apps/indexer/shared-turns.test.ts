import { describe, expect, it } from 'vitest';
import { SharedTurns } from './shared-turns.ts';

function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('shared turns', () => {
  it('run together, and one that is alone waits for them and holds up those behind it', async () => {
    const turns = new SharedTurns();
    const [first, second, alone] = [gate(), gate(), gate()];
    const began: string[] = [];
    const begin = (name: string, held: Promise<void>) => async () => {
      began.push(name);
      await held;
      return name;
    };
    const shared = [turns.share(begin('first', first.opened)), turns.share(begin('second', second.opened))];
    await settled();
    const single = turns.alone(begin('alone', alone.opened));
    const behind = turns.share(begin('behind', Promise.resolve()));
    await settled();
    expect(began).toEqual(['first', 'second']);
    first.open();
    await settled();
    expect(began).toEqual(['first', 'second']);
    second.open();
    await settled();
    expect(began).toEqual(['first', 'second', 'alone']);
    alone.open();
    expect(await Promise.all([...shared, single, behind])).toEqual(['first', 'second', 'alone', 'behind']);
  });

  it('go on after one that failed', async () => {
    const turns = new SharedTurns();
    const failed = turns.alone(() => Promise.reject(new Error('away')));
    expect(await turns.share(async () => 'after')).toBe('after');
    await expect(failed).rejects.toThrow('away');
  });
});
