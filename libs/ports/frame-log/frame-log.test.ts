import { describe, it } from 'vitest';
import { MemoryFrameLog } from '../../../test/support/memory-frame-log.ts';
import { frameLogContract } from './contract.ts';

describe('a frame log in memory', () => {
  for (const { name, run } of frameLogContract) {
    it(name, () => {
      const log = new MemoryFrameLog();
      return run({
        log,
        another: async () => ({
          publish: log.publish.bind(log),
          consume: log.consume.bind(log),
          lag: log.lag.bind(log),
          close: async () => {},
        }),
      });
    });
  }
});
