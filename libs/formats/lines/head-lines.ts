/** The first lines of a file, by which a format is recognised. */
import { isBlank } from './blank.ts';
import { HEAD_BYTES } from './block-view.ts';

/** The first `count` lines of `head` that are neither blank nor a comment, as latin1; a line cut by the head is none. */
export function headLines(head: Uint8Array, count: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < head.byteLength && lines.length < count; ) {
    const lineEnd = head.indexOf(0x0a, at);
    if (lineEnd < 0 && head.byteLength >= HEAD_BYTES) break;
    const end = lineEnd < 0 ? head.byteLength : lineEnd;
    if (!isBlank(head, at, end) && head[at] !== 0x23) {
      const line = Buffer.from(head.buffer, head.byteOffset + at, end - at).toString('latin1');
      lines.push(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
    at = end + 1;
  }
  return lines;
}
