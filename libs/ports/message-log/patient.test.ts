import { PitlaneError } from '@pitlane/base/errors';
import { memoryLog } from '@pitlane/base/telemetry';
import { describe, expect, it } from 'vitest';
import { ListedMessages } from '../../../test/support/listed-messages.ts';
import { patientLog } from './patient.ts';

class Failing extends ListedMessages {
  readonly failures: PitlaneError[] = [];

  override async publish(...args: Parameters<ListedMessages['publish']>): Promise<void> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    await super.publish(...args);
  }
}

const away = (): PitlaneError => new PitlaneError('unavailable', 'the brokers are away', { retryable: true });
const records = [{ key: 'k', value: 'v' }];

function rig() {
  const log = new Failing();
  const stop = new AbortController();
  const waits: number[] = [];
  const telemetry = memoryLog();
  const wait = async (waitMs: number): Promise<void> => void waits.push(waitMs);
  const patience = { wait, random: () => 1, telemetry, signal: stop.signal };
  return { log, patient: patientLog(log, patience), stop, waits, telemetry };
}

describe('a patient log', () => {
  it('publishes when the brokers are back, waits longer each time, and says so once', async () => {
    const { log, patient, waits, telemetry } = rig();
    log.failures.push(away(), away(), away());
    await patient.publish('t', records);
    expect(log.published).toEqual([{ topic: 't', ...records[0] }]);
    expect(waits).toEqual([100, 200, 400]);
    expect(telemetry.events.map(({ event }) => event)).toEqual(['work.delayed']);
  });

  it('fails at once with what does not pass by itself', async () => {
    const { log, patient, waits } = rig();
    log.failures.push(new PitlaneError('disk-full', 'no room', { retryable: true }));
    await expect(patient.publish('t', records)).rejects.toMatchObject({ code: 'disk-full' });
    expect(waits).toEqual([]);
  });

  it('is interrupted when it is stopped', async () => {
    const { log, patient, stop } = rig();
    log.failures.push(away());
    stop.abort();
    await expect(patient.publish('t', records)).rejects.toMatchObject({ code: 'interrupted' });
  });
});
