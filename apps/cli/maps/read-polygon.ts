/** The text of a GeoJSON file that says where. */
import { readFile, stat } from 'node:fs/promises';
import { messageOf, PitlaneError } from '@pitlane/base/errors';

/** What the API takes, with room for its quotes. */
const BYTES_MAX = 200 * 1024;

export async function readPolygon(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > BYTES_MAX)
      throw new PitlaneError('limit-exceeded', `${path} has ${size} bytes, at most ${BYTES_MAX} are read: simplify it`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof PitlaneError) throw cause;
    throw new PitlaneError('not-found', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
