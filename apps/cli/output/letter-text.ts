/** A dead letter for people, on two lines. */
import { shown } from './terminal.ts';

export interface Letter {
  readonly id: string;
  readonly chunkId: string | null;
  readonly reason: string;
  readonly isResent: boolean;
  readonly landedSince: boolean;
  readonly setAsideAtMs: number;
}

export function letterText({ id, chunkId, reason, isResent, landedSince, setAsideAtMs }: Letter): string {
  const what = chunkId === null ? 'a frame that could not be read' : `chunk ${chunkId}`;
  const asked = isResent ? 'the garage was asked to send it again' : 'nobody was asked to send it again';
  const end = landedSince ? 'it has landed since' : asked;
  return `${id}  ${new Date(setAsideAtMs).toISOString()}  ${what}\n    ${shown(reason)}; ${end}`;
}
