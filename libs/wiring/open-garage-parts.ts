/** What a garage works with on its own machine, below its home, and the link to what is elsewhere. */
import { mkdir } from 'node:fs/promises';
import { fileDriveSource } from '@pitlane/drive-source-files';
import { openSqliteJournal } from '@pitlane/journal-sqlite';
import type { Log } from '@pitlane/base/telemetry';
import type { DriveSource } from '@pitlane/ports/drive-source';
import type { Journal } from '@pitlane/ports/journal';
import type { Spool } from '@pitlane/ports/spool';
import { openFileSpool } from '@pitlane/spool-files';
import { type GarageLink, garageLink } from './garage-link.ts';
import type { HomeLayout } from './home-layout.ts';
import { type FoundProfiles, profilesFolder, readProfiles } from './read-profiles.ts';
import type { StoreSettings } from './store-settings.ts';
import type { TransportSettings } from './transport-settings.ts';
import { type WebhookSettings, type WebhookSetup, webhookSetupOf } from './webhook-settings.ts';

export interface GarageParts extends GarageLink {
  readonly source: DriveSource;
  /** To be closed after the garage. */
  readonly journal: Journal;
  readonly spool: Spool;
  readonly profiles: () => Promise<FoundProfiles>;
  readonly webhooks: WebhookSetup;
}

/** Whoever opens them holds the lock of the home. */
export async function openGarageParts(
  settings: StoreSettings & TransportSettings & WebhookSettings & { readonly profiles: string },
  layout: HomeLayout,
  far: GarageLink,
  log: Log,
): Promise<GarageParts> {
  const webhooks = webhookSetupOf(settings, log);
  await mkdir(layout.staged, { recursive: true });
  return {
    source: fileDriveSource,
    webhooks,
    profiles: () => readProfiles(profilesFolder(settings, layout)),
    ...(await openGarageDisk(layout)),
    ...garageLink(settings, far),
  };
}

/** What it keeps on its own disk. */
export async function openGarageDisk(layout: HomeLayout): Promise<Pick<GarageParts, 'journal' | 'spool'>> {
  return {
    spool: await openFileSpool({ root: layout.spool }),
    journal: openSqliteJournal({ file: layout.journal }),
  };
}
