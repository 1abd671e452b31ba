import { expect, it } from 'vitest';
import { bayText, type ShownBay, uploadText } from './bay-text.ts';

const disk: ShownBay['disks'][number] = {
  path: '/media/bay-1',
  state: 'settling',
  text: '3 files, 1.20 GB; docked in 30 s if nothing changes on it',
  driveIds: [],
  verdict: '2 findings',
  device: '/dev/sdb',
  model: 'Samsung SSD 870',
  serial: 'S3Z9',
  deviceBytes: 2e12,
  health: { text: 'FAILING: 12 reallocated sectors: copy it and replace it' },
  lastVehicleIds: ['car-47'],
  warning: 'disk S3Z9 was last of car-47, and is docked for car-9: check that it is in the right bay',
};

it('a bay is told with its disk, that disk with its car and its health, and no more than is known', () => {
  const bay = { bay: 'bay-1', path: '/media/bay-1', vehicleId: 'car-9', fault: null, disks: [disk] };
  expect(bayText(bay).split('\n')).toEqual([
    'bay-1  /media/bay-1  car-9',
    '    settling: 3 files, 1.20 GB; docked in 30 s if nothing changes on it',
    '        disk S3Z9 (Samsung SSD 870, 2.00 TB, /dev/sdb), last of car-47; FAILING: 12 reallocated sectors: copy it and replace it',
    '        warning: disk S3Z9 was last of car-47, and is docked for car-9: check that it is in the right bay',
    '        verdict: 2 findings',
  ]);
  const plain = { ...disk, device: null, health: null, lastVehicleIds: [], warning: null, verdict: null };
  expect(bayText({ ...bay, disks: [plain] }).split('\n').length).toBe(2);
  expect(bayText({ ...bay, disks: [] })).toMatch(/empty$/);
});

it('an upload is told with how much of it is here, or why it was refused', () => {
  const upload = { vehicleId: 'car-9', drive: 'friday', filename: 'a\nb', bytes: 1000, bytesReceived: 250 };
  expect(uploadText({ ...upload, state: 'receiving', text: '' })).toBe(
    'upload  a\\u000ab  car-9  friday\n    receiving: 25 %, 250 B of 1.00 kB',
  );
  expect(uploadText({ ...upload, state: 'refused', text: 'other bytes' })).toMatch(/refused: other bytes$/);
});
