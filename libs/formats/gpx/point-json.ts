/**
 * A point as JSON: Foxglove's LocationFix as far as GPX goes, and behind it every other element of the point under its own
 * name. Numbers are written with the very digits of the file, so that none is lost on the way through a double.
 */
import { bytesFromUtf8 } from '@pitlane/base/bytes';
import type { Schema } from '../recording/index.ts';
import { type GpxTime, gpxTimeFrom, timestampJson } from './gpx-time.ts';
import type { XmlElement } from './xml-element.ts';
import type { XmlText } from './xml-text.ts';

const number = { type: 'number' };
const string = { type: 'string' };
/** Elements of a point that are numbers. Where one is not, it is a string all the same. */
const NUMBERS = ['magvar', 'geoidheight', 'speed', 'course', 'sat', 'hdop', 'vdop', 'pdop', 'ageofdgpsdata', 'dgpsid'];
/** Names in the message that no element of the file may take. */
const OWN_NAMES = new Set(['timestamp', 'latitude', 'longitude', 'altitude', 'segment']);

const JSON_SCHEMA = {
  title: 'gpx.Point',
  description: 'A GPX point after foxglove.LocationFix. Elements with children or attributes stand as XML text.',
  type: 'object',
  properties: {
    timestamp: { type: 'object', properties: { sec: { type: 'integer' }, nsec: { type: 'integer' } } },
    latitude: number,
    longitude: number,
    altitude: { ...number, description: 'ele, in metres' },
    segment: { type: 'integer', description: 'of its track, counted from 1' },
    time: { ...string, description: 'as it stood, where the timestamp would be spelled otherwise' },
    ...Object.fromEntries(NUMBERS.map((name) => [name, { type: ['number', 'string'] }])),
    ...Object.fromEntries(['name', 'cmt', 'desc', 'src', 'sym', 'type', 'fix'].map((name) => [name, string])),
    link: { ...string, description: 'as XML' },
    extensions: { ...string, description: 'what stands between its tags, as XML' },
  },
  required: ['latitude', 'longitude'],
};

export const POINT_SCHEMA: Schema = {
  name: 'gpx.Point',
  encoding: 'jsonschema',
  data: bytesFromUtf8(JSON.stringify(JSON_SCHEMA)),
};

export interface Point {
  readonly json: string;
  readonly time: GpxTime | undefined;
}

/** The point, or a clause that says what is wrong with it. */
export function pointFromElement(
  bytes: Uint8Array,
  element: XmlElement,
  segment: number | undefined,
  texts: XmlText,
): Point | string {
  if (element.isMixed) return 'text stands in it';
  const fields = new Fields();
  for (const { name, valueStart, valueEnd } of element.attributes) {
    const value = texts.said(bytes, valueStart, valueEnd);
    if (value === undefined) return `its ${name} cannot be told`;
    const place = name === 'lat' ? 'latitude' : name === 'lon' ? 'longitude' : undefined;
    const literal = place === undefined ? JSON.stringify(value) : numberJson(value);
    if (literal === undefined) return `its ${name} is no number`;
    fields.add(place ?? `@${name}`, literal);
  }
  if (!fields.has('latitude') || !fields.has('longitude')) return 'it has no place';
  if (segment !== undefined) fields.add('segment', String(segment));
  let time: GpxTime | undefined;
  for (const child of element.children) {
    const value = valueOf(bytes, child, texts);
    if (value === undefined) return `its ${child.name} cannot be told`;
    const said = child.name === 'time' && time === undefined ? gpxTimeFrom(value.trim()) : undefined;
    time ??= said;
    if (said?.isTold) continue;
    addChild(fields, child, value);
  }
  const timestamp = time === undefined ? '' : `"timestamp":${timestampJson(time.timeNs)},`;
  return { json: `{${timestamp}${fields.json}}`, time };
}

function addChild(fields: Fields, { name, isPlain }: XmlElement, value: string): void {
  const literal = isPlain && (name === 'ele' || NUMBERS.includes(name)) ? numberJson(value) : undefined;
  if (name === 'ele' && literal !== undefined && !fields.has('altitude')) fields.add('altitude', literal);
  else fields.add(OWN_NAMES.has(name) ? `gpx:${name}` : name, literal ?? JSON.stringify(value));
}

/** Text for a plain element, what is between the tags of `extensions`, and the whole element as XML for all others. */
export function valueOf(bytes: Uint8Array, element: XmlElement, texts: XmlText): string | undefined {
  const { name, isPlain, attributes, start, innerStart, innerEnd, end } = element;
  if (isPlain) return texts.said(bytes, innerStart, innerEnd);
  const isBare = name === 'extensions' && attributes.length === 0;
  return isBare ? texts.raw(bytes, innerStart, innerEnd) : texts.raw(bytes, start, end);
}

/** A number of XML as one of JSON with the same digits. */
function numberJson(text: string): string | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d{1,3})?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const literal = `${sign === '-' ? '-' : ''}${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction && `.${fraction}`}${exponent}`;
  return Number.isFinite(Number(literal)) ? literal : undefined;
}

/** The members of a JSON object; a name that comes again is counted on: `link`, `link[2]`. */
class Fields {
  readonly #fields = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  add(name: string, literal: string): void {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    this.#fields.set(count === 1 ? name : `${name}[${count}]`, literal);
  }

  get json(): string {
    return [...this.#fields].map(([name, literal]) => `${JSON.stringify(name)}:${literal}`).join(',');
  }
}
