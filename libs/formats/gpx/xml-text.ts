/** Text of XML: bytes by the encoding that the file declares, entities by what they stand for. */
import { LandOpaque } from '../recording/index.ts';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export class XmlText {
  #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  /** Takes the encoding of an XML declaration. */
  declare(instruction: string): void {
    const label = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(instruction)?.[1];
    if (label === undefined) return;
    try {
      const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
      // Tags in ASCII were read to get here, so the file is not in UTF-16, whatever it says.
      if (!decoder.encoding.startsWith('utf-16')) this.#decoder = decoder;
    } catch {
      throw new LandOpaque(`the encoding "${label}" is not known`);
    }
  }

  /** `[start, end)` as it stands; undefined where bytes do not fit the encoding. */
  raw(bytes: Uint8Array, start: number, end: number): string | undefined {
    try {
      return this.#decoder.decode(bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  }

  /** What `[start, end)` says, which holds no tags; undefined where that cannot be told. */
  said(bytes: Uint8Array, start: number, end: number): string | undefined {
    const raw = this.raw(bytes, start, end);
    return raw === undefined || !/[&<]/.test(raw) ? raw : unescaped(raw);
  }
}

function unescaped(raw: string): string | undefined {
  let isSound = true;
  const text = raw.replaceAll(
    /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|&(?:#(\d{1,7}|x[0-9A-Fa-f]{1,6})|(\w{2,4}));|&/g,
    (match: string, cdata?: string, number?: string, name?: string) => {
      const entity = number === undefined ? ENTITIES[name ?? ''] : characterOf(number);
      if (cdata !== undefined) return cdata;
      if (entity === undefined && match.startsWith('&')) isSound = false;
      return entity ?? '';
    },
  );
  return isSound ? text : undefined;
}

function characterOf(number: string): string | undefined {
  const code = number.startsWith('x') ? Number.parseInt(number.slice(1), 16) : Number(number);
  const isCharacter = code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0x10ffff);
  return isCharacter && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : undefined;
}
