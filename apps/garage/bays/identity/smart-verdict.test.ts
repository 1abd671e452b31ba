import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smartReportFrom } from './smart-verdict.ts';
import { ataAnswer, nvmeAnswer, undetected } from './smartctl-output.fixture.ts';

const healthOf = (answer: unknown) => smartReportFrom(answer).health;

describe('the health of a disk', () => {
  it('is told in a word where nothing is wrong, with what was measured', () => {
    expect(smartReportFrom(ataAnswer())).toEqual({
      health: { verdict: 'healthy', text: 'healthy', temperatureC: 40, powerOnHours: 2000 },
      model: 'Samsung SSD 870 EVO 2TB',
      serial: 'S3Z9NB0K123456A',
    });
    expect(smartReportFrom(nvmeAnswer())).toMatchObject({
      health: { verdict: 'healthy', temperatureC: 38, powerOnHours: 5123 },
      serial: '7220A00QT5Z8',
    });
  });

  it.each([
    [ataAnswer({ reallocated: 12 }), 'FAILING: 12 reallocated sectors: copy it and replace it'],
    [
      ataAnswer({ reallocated: 1, pending: 3 }),
      'FAILING: 1 reallocated sector, 3 sectors waiting to be reallocated: copy it and replace it',
    ],
    [ataAnswer({ passed: false }), 'FAILING: it says so itself: copy it and replace it'],
    [
      ataAnswer({ whenFailed: 'Wear_Leveling_Count' }),
      'FAILING: Wear_Leveling_Count is below its threshold: copy it and replace it',
    ],
    [
      nvmeAnswer({ critical_warning: 12 }, false),
      'FAILING: it is not reliable any more, it is read-only: copy it and replace it',
    ],
    [nvmeAnswer({ available_spare: 4 }), 'FAILING: 4 % of its spare is left: copy it and replace it'],
    [nvmeAnswer({ media_errors: 2 }), 'FAILING: 2 media errors: copy it and replace it'],
  ])('that fails says what fails and what to do', (answer, text) => {
    expect(healthOf(answer)).toMatchObject({ verdict: 'failing', text });
  });

  it('of a worn disk is no failure, and heat alone is none either', () => {
    expect(healthOf(nvmeAnswer({ percentage_used: 104 }))).toMatchObject({
      verdict: 'worn',
      text: 'worn: 104 % of the writes it is made for are used: replace it soon',
    });
    expect(healthOf(nvmeAnswer({ critical_warning: 2 }))).toMatchObject({ verdict: 'healthy' });
  });

  it('takes the count out of a raw value that its maker packed with more', () => {
    const answer = ataAnswer();
    const row = answer.ata_smart_attributes.table.find(({ id }) => id === 5) as { raw: object };
    row.raw = { value: 0x500000000007, string: '7 (0 5)' };
    expect(healthOf(answer).text).toMatch(/^FAILING: 7 reallocated sectors/);
  });

  it('is unknown, with the reason, where the disk tells nothing', () => {
    expect(healthOf(undetected).text).toBe('health unknown: /dev/vda: Unable to detect device type');
    expect(healthOf({}).text).toBe('health unknown: the disk tells nothing of it');
  });

  it('is answered whatever a disk says, and nothing of it moves a cursor', () => {
    const hostile = fc.letrec((tie) => ({
      any: fc.oneof(fc.jsonValue(), fc.constantFrom(ataAnswer(), nvmeAnswer()), tie('object')),
      object: fc.dictionary(
        fc.constantFrom(
          'smart_status',
          'ata_smart_attributes',
          'table',
          'raw',
          'value',
          'string',
          'smartctl',
          'messages',
          'nvme_smart_health_information_log',
          'media_errors',
          'serial_number',
        ),
        tie('any'),
      ),
    })).any;
    fc.assert(
      fc.property(hostile, (answer) => {
        const { health, model, serial } = smartReportFrom(answer);
        for (const text of [health.text, model ?? '', serial ?? '']) expect(text).toMatch(/^[\x20-\x7E]{0,2000}$/);
      }),
    );
    const answer = { ...ataAnswer(), serial_number: `\u001B[2J${'x'.repeat(500)}`, model_name: 7 };
    expect(smartReportFrom(answer)).toMatchObject({ model: null, serial: `[2J${'x'.repeat(61)}` });
  });
});
