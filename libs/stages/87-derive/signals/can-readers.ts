/** Signals of CAN frames by a DBC. */
import { PitlaneError } from '@pitlane/base/errors';
import type { SignalSource } from '@pitlane/contracts/signals';
import { canFrameFrom, type DbcMessage, dbcFromText, type DbcSignal, readSignal } from '@pitlane/formats/dbc';
import type { DecodedMessage } from '../deriver.ts';

export interface CanReaders {
  /** What the DBC says of its unit; undefined where the mapping makes another of it. */
  unitOf(source: SignalSource): string | undefined;
  readerOf(source: SignalSource): (message: DecodedMessage) => number | string | undefined;
}

/** @param text of the DBC. Throws where it lacks one of the signals. */
export function canReaders(text: string, sources: readonly SignalSource[]): CanReaders {
  const dbc = dbcFromText(text, 'the DBC of the mapping');
  const found = new Map<SignalSource, { readonly message: DbcMessage; readonly signal: DbcSignal }>();
  for (const source of sources) {
    const [messageName = '', signalName = ''] = source.field.split('.');
    const message = dbc.get(messageName);
    const signal = message?.signals.get(signalName);
    if (!message || !signal)
      throw new PitlaneError('bad-settings', `the DBC of the mapping has no signal ${source.field}`);
    found.set(source, { message, signal });
  }
  return {
    unitOf: (source) => (isScaled(source) ? undefined : found.get(source)?.signal.unit),
    readerOf: (source) => {
      const { message, signal } = found.get(source) as { message: DbcMessage; signal: DbcSignal };
      const { scale = 1, offset = 0, words } = source;
      return ({ decoded }) => {
        const frame = canFrameFrom(decoded);
        if (!frame || frame.id !== message.id || frame.isExtended !== message.isExtended) return undefined;
        const value = readSignal(signal, message, frame.data);
        if (value === undefined || !Number.isFinite(value)) return undefined;
        if (words) return Object.hasOwn(words, String(value)) ? words[String(value)] : undefined;
        return value * scale + offset;
      };
    },
  };
}

const isScaled = ({ scale, offset }: SignalSource): boolean => scale !== undefined || offset !== undefined;
