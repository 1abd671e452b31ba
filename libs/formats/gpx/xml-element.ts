/** One whole element with its children, found without a tree: a GPX point, or a piece of metadata. */
import { isBlank } from '../lines/index.ts';
import { isStructural } from './structure.ts';
import { type Attribute, XmlToken } from './xml-token.ts';

const DEPTH_MAX = 32;

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  /** `[start, end)` from tag to tag, `[innerStart, innerEnd)` between them. */
  readonly start: number;
  innerStart: number;
  innerEnd: number;
  end: number;
  /** Whether it holds text alone. */
  isPlain: boolean;
  /** Whether text stands beside its children. */
  isMixed: boolean;
  readonly children: XmlElement[];
}

export type Scanned =
  | { readonly kind: 'whole'; readonly element: XmlElement }
  | { readonly kind: 'more' }
  | { readonly kind: 'bad'; readonly failedAt: number; readonly text: string };

/** The element whose tag begins at `at`. Its children are listed, theirs are only checked. */
export function scanElement(bytes: Buffer, at: number, limit: number): Scanned {
  const token = new XmlToken();
  const open: XmlElement[] = [];
  let hasText = false;
  for (let here = at; ; here = token.end) {
    const kind = token.read(bytes, here, limit);
    const parent = open.at(-1);
    if (kind === 'more') return { kind };
    if (kind === 'bad' || kind === 'doctype') return { kind: 'bad', failedAt: token.end, text: 'XML is malformed' };
    if (kind === 'open' || kind === 'empty') {
      if (open.length > 0 && isStructural(token.name)) return bad(here, `<${token.name}> stands in <${open[0]?.name}>`);
      if (open.length >= DEPTH_MAX) return bad(here, `elements are nested more than ${DEPTH_MAX} deep`);
      const element = elementOf(token, here);
      if (parent !== undefined) parent.isPlain = false;
      if (open.length === 1) parent?.children.push(element);
      if (kind === 'open') open.push(element);
      else if (parent === undefined) return { kind: 'whole', element };
    } else if (kind === 'close') {
      if (parent?.name !== token.name) return bad(here, `</${token.name}> closes nothing`);
      parent.innerEnd = here;
      parent.end = token.end;
      open.pop();
      if (open.length > 0) continue;
      parent.isMixed = hasText && !parent.isPlain;
      return { kind: 'whole', element: parent };
    } else if (open.length === 1 && kind !== 'comment' && kind !== 'instruction') {
      hasText ||= !isBlank(bytes, here, token.end);
    }
  }
}

function elementOf({ name, attributes, end }: XmlToken, start: number): XmlElement {
  const bounds = { start, innerStart: end, innerEnd: end, end };
  return { name, attributes, ...bounds, isPlain: attributes.length === 0, isMixed: false, children: [] };
}

const bad = (failedAt: number, text: string): Scanned => ({ kind: 'bad', failedAt, text });
