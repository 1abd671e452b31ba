/** Origins of web pages as a setting: with commas between them, or a list of the configuration file. */
import type { Setting } from '@pitlane/base/settings';

const ORIGINS_MAX = 64;

export const originsSetting = (
  about: Pick<Setting<readonly string[]>, 'variable' | 'meaning'> & { readonly example: string },
): Setting<readonly string[]> => ({
  ...about,
  expected: 'origins with commas between them, each a scheme, a host and a port if there is one, and no "*"',
  default: [],
  parse: originsFromText,
});

export function originsFromText(text: string): readonly string[] | undefined {
  const listed = text.startsWith('[') ? listFrom(text) : text.split(',').map((part) => part.trim());
  if (listed === undefined || listed.length > ORIGINS_MAX) return undefined;
  return listed.every(isOrigin) ? listed : undefined;
}

/** As a browser writes it. */
function isOrigin(text: string): boolean {
  try {
    return /^https?:[^*]+$/.test(text) && new URL(text).origin === text;
  } catch {
    return false;
  }
}

function listFrom(text: string): readonly string[] | undefined {
  try {
    const listed: unknown = JSON.parse(text);
    return Array.isArray(listed) && listed.every((one) => typeof one === 'string') ? listed : undefined;
  } catch {
    return undefined;
  }
}
