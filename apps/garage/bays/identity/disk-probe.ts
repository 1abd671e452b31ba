/** What a garage asks the machine of a disk: the port, and the machine behind it. */
import { blockDeviceOf, type BlockDevice } from './block-device.ts';
import type { SmartReport } from './smart-verdict.ts';
import { smartReport } from './smartctl.ts';

/** May take long; whoever asks goes on meanwhile. */
export interface DiskProbe {
  /** The disk that holds a path; undefined where no single one does. */
  device(path: string): Promise<BlockDevice | undefined>;
  /** Its health, at most some seconds later. Never rejects for what the disk or the tool does. */
  smart(device: string): Promise<SmartReport>;
}

export const systemDisks: DiskProbe = {
  device: (path) => blockDeviceOf(path),
  smart: (device) => smartReport(device),
};
