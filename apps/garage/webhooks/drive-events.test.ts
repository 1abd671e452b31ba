import type { DriveId } from '@pitlane/contracts/identity';
import { WEBHOOK_LOSSES_MAX, type WebhookEvent } from '@pitlane/contracts/webhook';
import { describe, expect, it } from 'vitest';
import type { LossResult } from '../dock-result.ts';
import { lossEvent } from './drive-events.ts';
import { StagedNotice } from './staged-notice.ts';

const drive = { tenant: 't', driveId: 'd-1' as DriveId, vehicleId: 'v' };
const dock = { garage: 'g', dockId: 'dock-1', dockedAtMs: 0 };
const loss = (reason: string, bytes = 5): LossResult => ({
  path: 'log.mcap',
  reason,
  text: 'the file ends',
  offset: 0,
  bytes,
  keptIn: null,
  topics: ['/imu'],
  startTime: null,
  endTime: null,
});

describe('the losses of a drive as an event', () => {
  it('are none where only a filter kept something back', () => {
    expect(lossEvent(drive, dock, [])).toBeUndefined();
    expect(lossEvent(drive, dock, [loss('withheld'), loss('withheld')])).toBeUndefined();
  });

  it('are counted in full and listed in short', () => {
    const many = Array.from({ length: 1000 }, () => loss('corrupt-chunk'));
    const event = lossEvent(drive, dock, [loss('withheld'), ...many]);
    expect(event).toMatchObject({ type: 'drive.loss', drive, data: { losses: 1000, bytesLost: 5000 } });
    expect(event?.type === 'drive.loss' && event.data.list).toHaveLength(WEBHOOK_LOSSES_MAX);
  });
});

describe('the notice that a disk may leave', () => {
  const told: WebhookEvent[] = [];
  const drives = (): (string | undefined)[] => told.splice(0).map((event) => event.drive?.driveId);
  const noticeOf = () => new StagedNotice('g', { dockId: 'dock-1', path: '/media/disk' }, (event) => told.push(event));

  it('comes for each drive when the disk may leave, or when the drive has its name after that', () => {
    const notice = noticeOf();
    notice.named(drive);
    expect(drives()).toEqual([]);
    notice.safeToPull('2 files, copied and read back');
    expect(told[0]?.data).toMatchObject({ dockId: 'dock-1', path: '/media/disk', safeToPull: true });
    expect(drives()).toEqual(['d-1']);
    notice.named({ ...drive, driveId: 'd-2' });
    expect(drives()).toEqual(['d-2']);
  });

  it('never comes where the disk has to stay', () => {
    noticeOf().named(drive);
    expect(drives()).toEqual([]);
  });
});
