import { messageLogContract } from '@pitlane/ports/message-log/contract';
import { describe, it } from 'vitest';
import { openMutual, openPlain, openScram, plain } from './brokers.fixture.ts';

describe.each([
  ['in plain', openPlain],
  ['over TLS as a SCRAM user', openScram],
  ['over TLS with a client certificate', openMutual],
] as const)('the message log over Kafka keeps the contract %s', (_, open) => {
  it.skipIf(!plain).each(messageLogContract)('$name', async (example) => {
    let log = open();
    try {
      await example.run({
        log,
        reopen: async () => {
          await log.close();
          log = open();
          return log;
        },
      });
    } finally {
      await log.close();
    }
  });
});
