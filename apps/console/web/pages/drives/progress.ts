/** What a bar says of bytes. A total that may still grow gives `at most`; 100 % is said only of all the bytes there will be. */
import { NONE, textFromBytes } from '../../kit/figures.ts';
import type { StageProgress } from './dockings.ts';

export interface ProgressText {
  readonly share: number;
  readonly percent: string;
  readonly bytes: string;
  readonly isWhole: boolean;
}

export function progressFrom(progress: StageProgress | undefined): ProgressText {
  if (!progress) return { share: 0, percent: NONE, bytes: 'no word yet', isWhole: false };
  const { doneBytes, totalBytes, totalKnown } = progress;
  if (totalBytes === 0 && !totalKnown) return { share: 0, percent: 'waiting', bytes: NONE, isWhole: false };
  if (totalBytes === 0) return { share: 1, percent: '100 %', bytes: 'nothing to do', isWhole: true };
  const share = Math.min(1, doneBytes / totalBytes);
  return {
    share,
    percent: `${totalKnown ? '' : '≤ '}${Math.floor(share * 100)} %`,
    bytes: `${textFromBytes(doneBytes)} of ${textFromBytes(totalBytes)}${totalKnown ? '' : ' so far'}`,
    isWhole: totalKnown && doneBytes >= totalBytes,
  };
}
