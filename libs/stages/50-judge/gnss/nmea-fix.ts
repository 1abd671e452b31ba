/** NMEA 0183: GGA has the quality of the fix, 0 for none; RMC says A for valid and V for void. */

const SENTENCE_BYTES_MAX = 1024;

export function nmeaFix(data: Uint8Array): boolean | undefined {
  const text = Buffer.from(data.buffer, data.byteOffset, Math.min(data.byteLength, SENTENCE_BYTES_MAX)).toString(
    'latin1',
  );
  // What a logger wrote before the sentence is kept in its message.
  const fields = text.slice(text.indexOf('$') + 1).split(',');
  const kind = fields[0]?.slice(2);
  if (kind === 'GGA') return /^\d$/.test(fields[6] ?? '') ? fields[6] !== '0' : undefined;
  if (kind !== 'RMC') return undefined;
  return fields[2] === 'A' ? true : fields[2] === 'V' ? false : undefined;
}
