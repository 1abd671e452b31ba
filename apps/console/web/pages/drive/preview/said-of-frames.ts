/** What the verdict on a drive says of a camera's pictures: frozen, black, or of one colour, and when. */
import { nsFrom } from '../../../kit/figures.ts';
import type { FindingRow } from '../rows.ts';

/** Of the kinds that are about what is in a picture. */
const WORDS: Readonly<Record<string, string>> = { frozen: 'frozen', black: 'black', blank: 'one colour' };

export interface SaidOfFrame {
  readonly word: string;
  readonly text: string;
}

/** @param findings in their order, worst first */
export function saidOfFrame(
  findings: readonly Pick<FindingRow, 'topic' | 'kind' | 'startTime' | 'endTime' | 'text'>[],
  topic: string,
  timeNs: bigint,
): SaidOfFrame | undefined {
  const found = findings.find((finding) => {
    const [startNs, endNs] = [nsFrom(finding.startTime), nsFrom(finding.endTime)];
    if (finding.topic !== topic || WORDS[finding.kind] === undefined) return false;
    return startNs !== undefined && endNs !== undefined && startNs <= timeNs && timeNs <= endNs;
  });
  return found && { word: WORDS[found.kind] as string, text: found.text };
}
