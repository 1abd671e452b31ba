/** A message log whose publications wait for brokers that are away, for as long as that takes. */
import { isPitlaneError } from '@pitlane/base/errors';
import { keepTrying, type Patience } from '@pitlane/base/retry';
import type { MessageLog } from './index.ts';

/** What else fails fails at once: a full disk or a refusal does not pass by itself. */
export function patientLog(log: MessageLog, patience: Patience): MessageLog {
  return {
    async publish(topic, records) {
      let refusal: { readonly error: unknown } | undefined;
      await keepTrying(
        `publishing to ${topic}`,
        async () => {
          try {
            await log.publish(topic, records);
          } catch (error) {
            if (isPitlaneError(error, 'unavailable')) throw error;
            refusal = { error };
          }
        },
        patience,
      );
      if (refusal) throw refusal.error;
    },
    consume: (topic, group, options, handler) => log.consume(topic, group, options, handler),
    lag: (topic, group) => log.lag(topic, group),
    newest: (topic, max) => log.newest(topic, max),
    trim: (topic, keep) => log.trim(topic, keep),
    close: () => log.close(),
  };
}
