/** What every journal must do with previews: keep the newest of each beginning of a recording, drive by drive. */
import assert from 'node:assert/strict';
import { type DriveId, sha256Of } from '@pitlane/contracts/identity';
import type { ContractCase } from '../contract/index.ts';
import { ofTenant } from './contract-recordings.ts';
import type { Journal, PreviewEntry } from './index.ts';

export const previewsContract: readonly ContractCase<Journal>[] = [
  ofTenant(
    'keeps one preview of a recording by how it begins, the newest, by path within a drive',
    (journal, tenant) => {
      const [short, other] = [previewOf(tenant, 'b.mcap'), previewOf(tenant, 'a.mcap')];
      const long = { ...short, sourceBytes: 2000, previewId: sha256Of('longer') };
      const elsewhere = { ...short, driveId: 'elsewhere' as DriveId };
      for (const one of [short, other, elsewhere, long, { ...short, tenant: `${tenant}-foreign` }])
        journal.putPreview(one);
      assert.deepEqual(journal.previews(tenant, short.driveId), [other, long]);
      assert.deepEqual(journal.previews(tenant, elsewhere.driveId), [elsewhere]);
      assert.deepEqual(journal.previews(tenant, 'unknown' as DriveId), []);
    },
  ),
];

const previewOf = (tenant: string, path: string): PreviewEntry => ({
  tenant,
  driveId: 'drive' as DriveId,
  headSha256: sha256Of(`head ${path}`),
  path,
  previewId: sha256Of(path),
  object: `v1/00/${path}`,
  sourceBytes: 1000,
  readBytes: 10,
  messages: 3,
  frames: 1,
});
