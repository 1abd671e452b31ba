/** What judging a path works with: the files of this machine, and the profiles of the home or the one that is named. */
import { loadDecompressors } from '@pitlane/compressor-zstd';
import { fileDriveSource } from '@pitlane/drive-source-files';
import { layoutOf, profilesFolder, readProfile, readProfiles } from '@pitlane/wiring/profiles';
import type { JudgedDrive } from '../judging/judge-paths.ts';
import type { Settings } from '../settings.ts';

export { readProfile } from '@pitlane/wiring/profiles';

export interface PathAsked {
  /** Absolute, as the home and the profile's file. */
  readonly path: string;
  readonly home: string;
  readonly settings: Settings;
  readonly profileFile: string | undefined;
  readonly vehicleId: string | undefined;
  readonly reads: boolean;
  readonly signal: AbortSignal;
}

export async function judgeAtPath({ home, settings, profileFile, ...asked }: PathAsked): Promise<JudgedDrive[]> {
  const { judgePath } = await import('../judging/judge-paths.ts');
  const isNamed = profileFile !== undefined;
  const found = isNamed ? NO_PROFILES : await readProfiles(profilesFolder(settings, layoutOf(home)));
  const profile = isNamed ? await readProfile(profileFile) : undefined;
  const decompressors = await loadDecompressors();
  return judgePath({ ...asked, ...found, profile, source: fileDriveSource, decompressors });
}

const NO_PROFILES = { profiles: [], faults: [] };
