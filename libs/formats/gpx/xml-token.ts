/**
 * One piece of XML after the other, as far as GPX needs it: text, tags with attributes, comments, CDATA, instructions. It
 * works on bytes, for all that it looks for is ASCII, and says what is malformed instead of guessing.
 */

export type XmlKind =
  | 'text'
  | 'open'
  | 'empty' // an element without content, `<a/>`
  | 'close'
  | 'comment'
  | 'cdata'
  | 'instruction'
  | 'doctype'
  | 'more' // it goes on behind the limit
  | 'bad';

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const EQUALS = 0x3d;

export interface Attribute {
  readonly name: string;
  /** `[valueStart, valueEnd)`, between the quotes. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

export class XmlToken {
  kind: XmlKind = 'text';
  /** Where the next piece begins; of what is bad, where it went wrong. */
  end = 0;
  /** Of a tag. */
  name = '';
  attributes: Attribute[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #limit = 0;

  /** Reads the piece that begins at `at`, of which no byte from `limit` on is looked at. */
  read(bytes: Buffer, at: number, limit: number): XmlKind {
    this.#bytes = bytes;
    this.#limit = limit;
    this.end = at;
    this.kind = at >= limit ? 'more' : bytes[at] === LESS ? this.#markup(at) : this.#text(at);
    return this.kind;
  }

  #text(at: number): XmlKind {
    let i = at;
    for (; i < this.#limit; i += 1) {
      const byte = this.#bytes[i] as number;
      if (byte === LESS) break;
      if (byte < 0x20 && !isSpace(byte)) return this.#bad(i);
    }
    this.end = i;
    return 'text';
  }

  #markup(at: number): XmlKind {
    if (at + 1 >= this.#limit) return 'more';
    const next = this.#bytes[at + 1] as number;
    if (next === SLASH) return this.#closeTag(at + 2);
    if (next === 0x3f) return this.#upTo('?>', at + 2, 'instruction');
    if (next !== 0x21) return this.#openTag(at + 1);
    for (const [start, end, kind] of DECLARATIONS) {
      const seen = this.#bytes.toString('latin1', at, Math.min(at + start.length, this.#limit));
      if (seen === start) return end === '' ? kind : this.#upTo(end, at + start.length, kind);
      if (seen.length < start.length && start.startsWith(seen)) return 'more';
    }
    return this.#bad(at);
  }

  #upTo(terminator: string, from: number, kind: XmlKind): XmlKind {
    const found = this.#bytes.subarray(0, this.#limit).indexOf(terminator, from, 'latin1');
    if (found < 0) return 'more';
    this.end = found + terminator.length;
    return kind;
  }

  #closeTag(at: number): XmlKind {
    const nameEnd = this.#nameEnd(at);
    const end = this.#skipSpace(nameEnd);
    if (end >= this.#limit) return 'more';
    if (nameEnd === at || this.#bytes[end] !== GREATER) return this.#bad(end);
    this.name = this.#bytes.toString('latin1', at, nameEnd);
    this.end = end + 1;
    return 'close';
  }

  #openTag(at: number): XmlKind {
    let i = this.#nameEnd(at);
    if (i >= this.#limit) return 'more';
    if (i === at) return this.#bad(i);
    this.name = this.#bytes.toString('latin1', at, i);
    this.attributes = [];
    for (;;) {
      const next = this.#skipSpace(i);
      if (next >= this.#limit) return 'more';
      const byte = this.#bytes[next];
      if (byte === GREATER) {
        this.end = next + 1;
        return 'open';
      }
      if (byte === SLASH) {
        if (next + 1 >= this.#limit) return 'more';
        if (this.#bytes[next + 1] !== GREATER) return this.#bad(next + 1);
        this.end = next + 2;
        return 'empty';
      }
      if (next === i) return this.#bad(next);
      const kind = this.#attribute(next);
      if (kind !== 'open') return kind;
      i = this.end;
    }
  }

  /** `open` where it is whole and `end` is behind it. */
  #attribute(at: number): XmlKind {
    const nameEnd = this.#nameEnd(at);
    const equals = this.#skipSpace(nameEnd);
    if (equals >= this.#limit) return 'more';
    if (nameEnd === at || this.#bytes[equals] !== EQUALS) return this.#bad(equals);
    const quoteAt = this.#skipSpace(equals + 1);
    if (quoteAt >= this.#limit) return 'more';
    const quote = this.#bytes[quoteAt] as number;
    if (quote !== 0x22 && quote !== 0x27) return this.#bad(quoteAt);
    const name = this.#bytes.toString('latin1', at, nameEnd);
    if (this.attributes.some((one) => one.name === name)) return this.#bad(at);
    for (let i = quoteAt + 1; i < this.#limit; i += 1) {
      const byte = this.#bytes[i] as number;
      if (byte === LESS || (byte < 0x20 && !isSpace(byte))) return this.#bad(i);
      if (byte !== quote) continue;
      this.attributes.push({ name, valueStart: quoteAt + 1, valueEnd: i });
      if (this.attributes.length > ATTRIBUTES_MAX) return this.#bad(i);
      this.end = i + 1;
      return 'open';
    }
    return 'more';
  }

  #nameEnd(at: number): number {
    let i = at;
    while (i < this.#limit && isNameByte(this.#bytes[i] as number, i === at)) i += 1;
    return i;
  }

  #skipSpace(at: number): number {
    let i = at;
    while (i < this.#limit && isSpace(this.#bytes[i] as number)) i += 1;
    return i;
  }

  #bad(at: number): XmlKind {
    this.end = at;
    return 'bad';
  }
}

/** More of them are no tag of GPX; the bound keeps the search for a repeated one cheap. */
const ATTRIBUTES_MAX = 100;

/** How the pieces behind `<!` begin and end. A document type is never read further. */
const DECLARATIONS: readonly (readonly [start: string, end: string, kind: XmlKind])[] = [
  ['<!--', '-->', 'comment'],
  ['<![CDATA[', ']]>', 'cdata'],
  ['<!DOCTYPE', '', 'doctype'],
];

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Letters, `_`, `:` and all that is not ASCII; behind the first byte also digits, `-` and `.`. */
function isNameByte(byte: number, isFirst: boolean): boolean {
  if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte >= 0x80) return true;
  if (byte === 0x5f || byte === 0x3a) return true;
  return !isFirst && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e);
}
