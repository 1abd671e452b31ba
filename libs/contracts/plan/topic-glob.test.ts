import { describe, expect, it } from 'vitest';
import { matchesGlob } from './topic-glob.ts';

describe('a topic glob', () => {
  it.each([
    ['*', '', true],
    ['/camera/*', '/camera/front/image', true],
    ['*/image', '/camera/front/image', true],
    ['/c?m', '/cam', true],
    ['/c?m', '/camm', false],
    ['/a*b*c', '/a-b-b-c', true],
    ['/a*b*c', '/a-b-b-', false],
    ['/a.c', '/abc', false],
    [`${'a*'.repeat(500)}b`, 'a'.repeat(5000), false],
  ])('%s against %s is %s', (glob, topic, matches) => {
    expect(matchesGlob(glob, topic)).toBe(matches);
  });
});
