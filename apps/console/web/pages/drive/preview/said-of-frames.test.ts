import { describe, expect, it } from 'vitest';
import { saidOfFrame } from './said-of-frames.ts';

const finding = (kind: string, topic: string, startTime: string | null, endTime: string | null) => ({
  kind,
  topic,
  startTime,
  endTime,
  text: `${topic} is ${kind}`,
});

describe('what is said of a frame', () => {
  const findings = [
    finding('rate', '/front', '0', '100'),
    finding('frozen', '/front', '10', '20'),
    finding('black', '/rear', '0', '100'),
    finding('blank', '/front', '40', '50'),
    finding('black', '/front', null, '100'),
  ];

  it('is the verdict of its camera at its time, and no other', () => {
    const said = (topic: string, timeNs: bigint) => saidOfFrame(findings, topic, timeNs)?.word;
    expect([5n, 10n, 15n, 20n, 21n, 45n].map((timeNs) => said('/front', timeNs))).toEqual([
      undefined,
      'frozen',
      'frozen',
      'frozen',
      undefined,
      'one colour',
    ]);
    expect([said('/rear', 3n), said('/left', 3n)]).toEqual(['black', undefined]);
    expect(saidOfFrame(findings, '/rear', 3n)?.text).toBe('/rear is black');
  });
});
