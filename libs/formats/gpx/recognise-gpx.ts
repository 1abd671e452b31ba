/** Recognises GPX by its root element, which only a byte order mark, instructions and comments may stand before. */
import { viewOfHead } from '../lines/index.ts';
import { XmlToken } from './xml-token.ts';

export const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const ROOT = /^<gpx[\s/>]/;

export function recognisesGpx(head: Uint8Array): boolean {
  const { bytes, length } = viewOfHead(head);
  const token = new XmlToken();
  let at = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  for (; at < length; at = token.end) {
    if (ROOT.test(bytes.toString('latin1', at, at + 5))) return true;
    const kind = token.read(bytes, at, length);
    const isBlankText = kind === 'text' && bytes.toString('latin1', at, token.end).trim() === '';
    if (!isBlankText && kind !== 'comment' && kind !== 'instruction') return false;
  }
  return false;
}
