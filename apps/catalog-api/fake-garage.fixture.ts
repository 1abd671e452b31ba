/** What a garage tells, as it goes out. */
export const MARKS = { warnPercent: 80, pausePercent: 95 };

export const NO_BACKLOG = {
  backlogBytes: 0,
  chunks: 0,
  bytesPerSecond: 0,
  linkBytesPerS: 0,
  capBytesPerS: null,
  clearsInSeconds: null,
  clearsAt: null,
  isCloudAway: true,
  cloudAwaySince: '1795378093492000000',
  oldestWaitingMs: 12_000,
};

export const fakeDisk = {
  path: '/media/bay-1',
  state: 'docking',
  sinceMs: 1_795_378_093_492,
  files: 2,
  bytes: 100,
  dockId: 'dock-1',
  driveIds: ['d1'],
  vehicleIds: ['car-7'],
  receiptIds: [],
  stages: { stage: { doneBytes: 63, totalBytes: 100, totalKnown: true } },
  readBytes: 63,
  verifiedBytes: 60,
  bytesPerSecond: 7,
  bytesRead: 63,
  bytesTotal: 100,
  bytesPerS: 7,
  safeToPullAtMs: null,
  safeToPullAt: null,
  safeToPull: false,
  safeToWipe: false,
  verdict: null,
  pulledEarly: null,
  text: 'taking 2 files',
  device: '/dev/sdb',
  model: null,
  serial: null,
  transport: 'usb',
  deviceBytes: 2_000_000_000_000,
  health: { verdict: 'healthy', text: 'healthy', temperatureC: 31, powerOnHours: null },
  lastVehicleIds: [],
  warning: null,
};

export const fakeBay = { bay: 'bay-1', path: '/media/bay-1', vehicleId: null, fault: null, disks: [fakeDisk] };

export const fakeQueued = {
  driveId: 'd1',
  tenant: 'default',
  vehicleId: 'car-7',
  priority: 99,
  state: 'held',
  isHeld: true,
  chunksWaiting: 3,
  bytesWaiting: 30,
  clearsAt: null,
};

export const fakeAction = {
  actionId: 'action-1',
  kind: 'hold',
  state: 'waiting',
  bay: null,
  dockId: null,
  tenant: 'default',
  driveId: 'd1',
  args: { note: 'until the morning', priority: 7 },
  text: 'sends nothing more of it',
  author: null,
  askedAt: '1',
  dueAt: '2',
  endedAt: null,
  error: null,
};
