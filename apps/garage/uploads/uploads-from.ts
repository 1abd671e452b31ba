/** The uploads of a garage, from its settings. */
import { statfs } from 'node:fs/promises';
import { isPitlaneError } from '@pitlane/base/errors';
import { systemWait } from '@pitlane/base/retry';
import type { Log } from '@pitlane/base/telemetry';
import { systemClock } from '@pitlane/base/time';
import type { DriveSource } from '@pitlane/ports/drive-source';
import { hashInThread } from './hash-in-thread.ts';
import { Uploads } from './uploads.ts';

export interface UploadSettings {
  readonly uploadMaxBytes: number;
  readonly uploadKeepDays: number;
  readonly diskPausePercent: number;
}

const DAY_MS = 24 * 3_600_000;

export const uploadsFrom = (root: string, settings: UploadSettings, source: DriveSource, telemetry: Log): Uploads =>
  new Uploads({
    root,
    maxBytes: settings.uploadMaxBytes,
    keepMs: settings.uploadKeepDays * DAY_MS,
    pausePercent: settings.diskPausePercent,
    async disk(folder) {
      const { bavail, blocks, bsize } = await statfs(folder);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
    hasher: hashInThread(),
    async versionOf(folder, path) {
      try {
        const file = await source.open(folder, path);
        await file.close();
        return file.version;
      } catch (error) {
        if (isPitlaneError(error, 'unavailable', 'refused')) return undefined;
        throw error;
      }
    },
    clock: systemClock,
    wait: systemWait,
    telemetry,
  });
