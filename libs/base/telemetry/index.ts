/**
 * What a running part says of itself: log events named `noun.past` and plain counters. The port is two methods so that
 * pino, the tests' memory log and silence fit alike; nothing is logged per message.
 */

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  /** A normal fact that an operator wants in the record. */
  info(event: string, fields?: LogFields): void;
  /** Degraded, but nothing is lost. */
  warn(event: string, fields?: LogFields): void;
  /** Something is lost or stuck. */
  error(event: string, fields?: LogFields): void;
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Collects events, for tests. */
export function memoryLog(): Log & { events: { level: string; event: string; fields: LogFields }[] } {
  const events: { level: string; event: string; fields: LogFields }[] = [];
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      void events.push({ level, event, fields });
  return { events, info: at('info'), warn: at('warn'), error: at('error') };
}
