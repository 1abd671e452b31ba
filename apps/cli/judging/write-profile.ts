/** Writes a profile whole: a garage that reads its folder at this moment finds the old one or the new. */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { profileText, type VehicleProfile } from '@pitlane/contracts/profile';

export async function writeProfile(file: string, profile: VehicleProfile): Promise<void> {
  if (existsSync(file))
    throw new PitlaneError(
      'already-exists',
      `${file} is there already, and may be somebody's work: move it away, or name another file`,
    );
  const part = `${file}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(part, profileText(profile));
    await rename(part, file);
  } catch (cause) {
    throw new PitlaneError('bad-usage', `${file} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
