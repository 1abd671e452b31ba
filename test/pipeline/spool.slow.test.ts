/** The spool keeps sealed chunks until their receipt, and not longer: a stop between receipt and freeing is made good. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { recordingFolder } from '@pitlane/ports/spool';
import type { DriveId, RecordingId } from '@pitlane/contracts/identity';
import { expect, it } from 'vitest';
import { NodeUnderTest, scratchFolder } from '../support/node-under-test.ts';
import { smallLog } from '../support/small-log.ts';

it('frees what an earlier run left in the spool of a receipted recording, and nothing of another', async () => {
  await using scratch = await scratchFolder();
  const file = path.join(scratch.path, 'a.mcap');
  await writeFile(file, smallLog());
  const node = await NodeUnderTest.open(path.join(scratch.path, 'home'));
  try {
    const { tenant, driveId, recordings } = await node.dockOne(file);
    const recordingId = recordings[0]?.recordingId as RecordingId;
    const spool = path.join(node.home, 'spool');
    const left = recordingFolder({ tenant, driveId: driveId as DriveId, recordingId });
    const others = recordingFolder({ tenant, driveId: 'another' as DriveId, recordingId });
    expect(await readdir(spool)).not.toContain(left);
    for (const folder of [left, others]) {
      await mkdir(path.join(spool, folder));
      await writeFile(path.join(spool, folder, 'chunk'), 'sealed');
    }
    expect((await node.dockOne(file)).recordings[0]?.known).toBe(true);
    const folders = await readdir(spool);
    expect([folders.includes(left), folders.includes(others)]).toEqual([false, true]);
  } finally {
    await node.close();
  }
});
