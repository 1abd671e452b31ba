/** A state as a word and a shape: a disc that fills on the way to the catalog, a tick for a receipt, a triangle for trouble. */

const SVG = 'http://www.w3.org/2000/svg';
const WAY = ['docked', 'staged', 'chunked', 'shipped', 'landed', 'indexed'];
const RING = 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5z';
const DISC = 'M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14z';
const TICK = 'M4.8 8.3l2.2 2.2l4.2-4.8';
const TRIANGLE = 'M8 1.9l6.6 12.2h-13.2z';

/** In which states the landed bytes, which the catalog counts once indexed, are all there: only then a ratio is true. */
export const COMPLETE_STATES = ['indexed', 'receipted', 'retired'];

/** @type {Record<string, {tone: string, draw: () => SVGElement[]}>} */
const SHAPES = {
  receipted: { tone: 'good', draw: () => [shape(DISC, 'filled'), shape(TICK, 'cut')] },
  retired: { tone: 'calm', draw: () => [shape(RING, 'line'), shape(TICK, 'line')] },
  quarantined: { tone: 'bad', draw: () => [shape(TRIANGLE, 'filled'), shape('M8 6v4M8 12v.4', 'cut')] },
  'pulled-early': { tone: 'bad', draw: () => [shape(TRIANGLE, 'line'), shape('M8 6.5v3.6M8 12v.3', 'line')] },
};
/** Anything else is shown as it comes, beside a diamond. */
export const KNOWN_STATES = [...WAY, ...Object.keys(SHAPES)];
const UNKNOWN = { tone: 'calm', draw: () => [shape('M8 1.5l6.5 6.5l-6.5 6.5l-6.5-6.5z', 'line')] };

/** @param {string} state */
function lookOf(state) {
  const step = WAY.indexOf(state);
  if (step >= 0) return { tone: 'going', draw: () => [shape(RING, 'line'), ...wedge(step / (WAY.length - 1))] };
  return (Object.hasOwn(SHAPES, state) ? SHAPES[state] : undefined) ?? UNKNOWN;
}

/** @param {string} state any text; one that is not known gets a diamond */
export function stateMark(state) {
  const { tone, draw } = lookOf(state);
  const mark = document.createElement('span');
  mark.className = `state ${tone}`;
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 16 16');
  picture.setAttribute('aria-hidden', 'true');
  picture.append(...draw());
  const word = document.createElement('span');
  word.textContent = state;
  word.title = state;
  mark.append(picture, word);
  return mark;
}

/** @param {string} path @param {'filled' | 'line' | 'cut'} look */
function shape(path, look) {
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('d', path);
  element.setAttribute('class', look);
  return element;
}

/** @param {number} share from 0 to 1, clockwise from the top */
function wedge(share) {
  if (share <= 0) return [];
  if (share >= 1) return [shape(DISC, 'filled')];
  const [x, y] = [8 + 6 * Math.sin(2 * Math.PI * share), 8 - 6 * Math.cos(2 * Math.PI * share)];
  return [shape(`M8 8V2A6 6 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}z`, 'filled')];
}
