/** A heading as people write it: a direction, which reaches 45 degrees to each side, or a range, `350-20`, clockwise. */
import { PitlaneError } from '@pitlane/base/errors';

const DIRECTIONS = ['north', 'northeast', 'east', 'southeast', 'south', 'southwest', 'west', 'northwest'];
const TO_EACH_SIDE_DEG = 45;

export function headingFromText(text: string): { readonly fromDeg: number; readonly toDeg: number } {
  const direction = DIRECTIONS.indexOf(text.toLowerCase().replace(/bound$/, ''));
  if (direction >= 0) {
    const meanDeg = direction * 45;
    return { fromDeg: (meanDeg - TO_EACH_SIDE_DEG + 360) % 360, toDeg: (meanDeg + TO_EACH_SIDE_DEG) % 360 };
  }
  const match = /^(\d{1,3}(?:\.\d{1,6})?)-(\d{1,3}(?:\.\d{1,6})?)$/.exec(text);
  const [fromDeg, toDeg] = [Number(match?.[1]), Number(match?.[2])];
  if (fromDeg <= 360 && toDeg <= 360) return { fromDeg: fromDeg % 360, toDeg: toDeg % 360 };
  throw new PitlaneError(
    'bad-usage',
    `"${text.slice(0, 40)}" is no heading: write one of ${DIRECTIONS.join(', ')}, or degrees clockwise such as 350-20`,
  );
}
