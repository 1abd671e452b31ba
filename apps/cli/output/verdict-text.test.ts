import type { Verdict } from '@pitlane/contracts/verdict';
import { expect, it } from 'vitest';
import { verdictText } from './verdict-text.ts';

const plain = (text: string): string => text;
const colours = { bold: plain, green: plain, yellow: plain, red: plain };
const finding = (topic: string) => ({ severity: 'error', text: `${topic} is missing`, startTime: null });
const verdict = {
  summary: '3 findings',
  isComplete: false,
  judgedFrom: 'messages',
  vehicleType: null,
  notes: [],
  findings: ['/a', '/b', '/c'].map(finding),
} as unknown as Verdict;

it('a verdict tells every finding where it is asked for', () => {
  expect(verdictText(verdict, colours).split('\n')).toEqual([
    'verdict  3 findings (from every message)',
    '  !! /a is missing',
    '  !! /b is missing',
    '  !! /c is missing',
  ]);
});

it('a verdict in a report of more tells the worst, and counts the others', () => {
  expect(verdictText(verdict, colours, 2).split('\n').slice(1)).toEqual([
    '  !! /a is missing',
    '  !! /b is missing',
    '     and 1 more: npx pitlane verdict DRIVE',
  ]);
});
