/** The profiles of vehicle types, as they lie in a folder. They are read anew for each drive: what is mended counts at once. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { PROFILE_BYTES_MAX, profileFromText, type VehicleProfile } from '@pitlane/contracts/profile';
import type { HomeLayout } from './home-layout.ts';

export interface FoundProfiles {
  /** In order of their names. */
  readonly profiles: readonly VehicleProfile[];
  /** One line for each file that is no profile; the others hold all the same. */
  readonly faults: readonly string[];
}

/** More files than this are no folder of profiles. */
const PROFILES_MAX = 1000;

/** Never rejects: a folder that is not there has none. */
export async function readProfiles(folder: string): Promise<FoundProfiles> {
  const names = await readdir(folder).catch(() => []);
  const profiles: VehicleProfile[] = [];
  const faults: string[] = [];
  for (const name of names
    .filter((one) => one.endsWith('.json'))
    .sort()
    .slice(0, PROFILES_MAX)) {
    try {
      profiles.push(await readProfile(join(folder, name)));
    } catch (error) {
      faults.push(messageOf(error).replaceAll(/\s*\n\s*/g, '; '));
    }
  }
  return { profiles, faults };
}

/** Throws `corrupt-input` with every fault, or `not-found`. */
export async function readProfile(file: string): Promise<VehicleProfile> {
  let text: string;
  try {
    const { size } = await stat(file);
    // The parser says what is wrong with one that is too long; it need not be read whole for that.
    text = size > PROFILE_BYTES_MAX ? ' '.repeat(PROFILE_BYTES_MAX + 1) : await readFile(file, 'utf8');
  } catch (cause) {
    throw new PitlaneError('not-found', `the profile ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return profileFromText(text, file);
}

/** Where the profiles of a garage lie. */
export const profilesFolder = (settings: { readonly profiles: string }, layout: HomeLayout): string =>
  settings.profiles === '' ? layout.profiles : settings.profiles;
