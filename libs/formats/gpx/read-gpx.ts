/**
 * Reads a GPX file piece by piece: structural tags, points and other elements whole, what is between. It counts tracks and
 * segments by the tags that open them and believes no nesting, so that behind damage it goes on at the next such tag.
 */
import { KIB } from '@pitlane/base/bytes';
import { type BlockView, isBlank, quoted, readUnits, SEE_MORE, TextEvents } from '../lines/index.ts';
import {
  type ByteSource,
  type Channel,
  LandOpaque,
  type LossReason,
  type ReadLimits,
  type ReadTools,
  type RecordingEvent,
} from '../recording/index.ts';
import { GpxMetadata } from './gpx-metadata.ts';
import { POINT_SCHEMA, pointFromElement, valueOf } from './point-json.ts';
import { BYTE_ORDER_MARK } from './recognise-gpx.ts';
import { findStructuralTag, isPoint, isStructural, TAG_BYTES_MAX } from './structure.ts';
import { scanElement, type XmlElement } from './xml-element.ts';
import { XmlText } from './xml-text.ts';
import { XmlToken } from './xml-token.ts';

/** A tag, a point or an element of metadata that is longer is lost. */
const UNIT_BYTES_MAX = 256 * KIB;
/** So often what does not end is searched for a beginning inside; later it is passed over whole. */
const SEARCHES_INSIDE_MAX = 100;

export function readGpx(source: ByteSource, tools: ReadTools): AsyncGenerator<readonly RecordingEvent[]> {
  const events = new TextEvents(tools.limits);
  return readUnits(source, tools, events, new GpxUnits(events, tools.limits));
}

class GpxUnits {
  readonly #events: TextEvents;
  readonly #metadata: GpxMetadata;
  readonly #texts = new XmlText();
  readonly #token = new XmlToken();
  /** Why what stands here is being passed over, up to the next structural tag. */
  #lostFor: { readonly reason: LossReason; readonly text: string } | undefined;
  #searchesInside = 0;
  #tracks = 0;
  #routes = 0;
  #segment = 0;
  /** Where metadata stands: empty for the file itself. */
  #context = '';
  #hasEnded = false;
  #nowNs = 0n;
  #points = 0;
  #timeless = 0;
  #zoneless = 0;

  constructor(events: TextEvents, limits: ReadLimits) {
    this.#events = events;
    this.#metadata = new GpxMetadata(limits);
  }

  take(view: BlockView, at: number): number {
    if (this.#lostFor !== undefined) return this.#passOver(view, at);
    if (view.start + at === 0 && BYTE_ORDER_MARK.every((byte, index) => view.bytes[index] === byte)) return 3;
    const token = this.#token;
    const limit = Math.min(view.length, at + UNIT_BYTES_MAX);
    const kind = token.read(view.bytes, at, limit);
    if (kind === 'more') return this.#endless(view, at, limit);
    if (kind === 'doctype') throw new LandOpaque('the file declares a document type');
    if (kind === 'bad') return this.#lose(view, at, token.end, 'XML is malformed');
    if (kind === 'open' || kind === 'empty') {
      if (isStructural(token.name) && !isPoint(token.name)) return this.#takeStructure(view, at);
      return this.#takeElement(view, at, limit);
    }
    if (kind === 'close') {
      if (!isStructural(token.name) || isPoint(token.name)) {
        return this.#lose(view, at, token.end, `</${token.name}> closes nothing`);
      }
      if (token.name === 'gpx') this.#hasEnded = true;
      if (token.name !== 'trkseg') this.#context = '';
    } else if (kind === 'comment') {
      this.#events.note(`at ${view.start + at}: comment ${quoted(view.bytes, at + 4, token.end - 3)}`);
    } else if (kind === 'instruction') {
      this.#texts.declare(view.bytes.toString('latin1', at, token.end));
    } else if (kind === 'cdata' || !isBlank(view.bytes, at, token.end)) {
      return this.#lose(view, at, token.end, 'text stands between elements');
    }
    return token.end;
  }

  finish(): void {
    const { record } = this.#metadata;
    if (record !== undefined) this.#events.metadata(record);
    if (!this.#hasEnded) this.#events.note('the file ends without </gpx>');
    const of = `of ${this.#points} points`;
    if (this.#timeless > 0) {
      this.#events.note(`${this.#timeless} ${of} have no time: they take the last one before them, or 1970-01-01`);
    }
    if (this.#zoneless > 0) this.#events.note(`${this.#zoneless} ${of} have a time without zone: it is taken for UTC`);
  }

  #takeStructure(view: BlockView, at: number): number {
    const { name, end } = this.#token;
    if (name === 'trk') {
      this.#tracks += 1;
      this.#segment = 0;
      this.#context = `track/${this.#tracks}/`;
      this.#channel(this.#trackTopic);
    } else if (name === 'rte') {
      this.#routes += 1;
      this.#context = `route/${this.#routes}/`;
      this.#channel(this.#routeTopic);
    } else if (name === 'trkseg') {
      this.#segment += 1;
    }
    if (this.#token.kind === 'empty' && name === 'gpx') this.#hasEnded = true;
    for (const attribute of this.#token.attributes) {
      const value = this.#texts.said(view.bytes, attribute.valueStart, attribute.valueEnd);
      if (value === undefined) return this.#lose(view, at, end, `an attribute of <${name}> cannot be told`);
      const key = `${this.#context}@${attribute.name}`;
      if (!this.#metadata.add(key, value)) return this.#lose(view, at, end, 'there is too much metadata');
    }
    return end;
  }

  #takeElement(view: BlockView, at: number, limit: number): number {
    const scanned = scanElement(view.bytes, at, limit);
    if (scanned.kind === 'more') return this.#endless(view, at, limit);
    if (scanned.kind === 'bad') return this.#lose(view, at, scanned.failedAt, scanned.text);
    const { element } = scanned;
    const fault = isPoint(element.name) ? this.#takePoint(view, element) : this.#takeMetadata(view, element);
    if (fault === undefined) return element.end;
    const text = `at ${view.start + at}: <${element.name}>: ${fault}`;
    this.#events.lost({ reason: 'corrupt-record', text, offset: view.start + at, end: view.start + element.end });
    return element.end;
  }

  /** What is wrong with the point, if anything. */
  #takePoint(view: BlockView, element: XmlElement): string | undefined {
    const isTrack = element.name === 'trkpt';
    const segment = isTrack ? Math.max(1, this.#segment) : undefined;
    const point = pointFromElement(view.bytes, element, segment, this.#texts);
    if (typeof point === 'string') return point;
    this.#points += 1;
    if (point.time === undefined) this.#timeless += 1;
    else {
      this.#nowNs = point.time.timeNs;
      if (!point.time.hasZone) this.#zoneless += 1;
    }
    const topic = isTrack ? this.#trackTopic : element.name === 'rtept' ? this.#routeTopic : '/gpx/waypoints';
    this.#events.message(this.#channel(topic), this.#nowNs, point.json, view.start + element.start);
    return undefined;
  }

  #takeMetadata({ bytes }: BlockView, element: XmlElement): string | undefined {
    const value = valueOf(bytes, element, this.#texts);
    if (value === undefined) return 'its text cannot be told';
    return this.#metadata.add(this.#context + element.name, value) ? undefined : 'there is too much metadata';
  }

  /** What begins at `at` goes on behind `limit`. */
  #endless(view: BlockView, at: number, limit: number): number {
    const isTooLong = limit - at >= UNIT_BYTES_MAX;
    if (!isTooLong && !view.isLast) return SEE_MORE;
    const isInside = this.#searchesInside < SEARCHES_INSIDE_MAX;
    this.#searchesInside += 1;
    const upTo = isInside ? at + 1 : limit;
    if (isTooLong) return this.#lose(view, at, upTo, `what begins here is longer than ${UNIT_BYTES_MAX} bytes`);
    return this.#lose(view, at, upTo, 'the file ends inside an element', 'truncated');
  }

  /** Loses `[at, upTo)` and what follows up to the next structural tag. */
  #lose(view: BlockView, at: number, upTo: number, what: string, reason: LossReason = 'corrupt-record'): number {
    const text = `at ${view.start + at}: ${what}`;
    this.#lostFor = { reason, text };
    if (upTo > at) this.#events.lost({ reason, text, offset: view.start + at, end: view.start + upTo });
    return upTo;
  }

  #passOver(view: BlockView, at: number): number {
    const { reason, text } = this.#lostFor ?? { reason: 'corrupt-record', text: '' };
    const found = findStructuralTag(view.bytes, at, view.length);
    // A tag that sticks out of view is looked at again after the next move.
    const rest = view.isLast ? view.length : Math.max(at, view.length - TAG_BYTES_MAX);
    const upTo = found < 0 ? rest : found;
    if (upTo > at) this.#events.lost({ reason, text, offset: view.start + at, end: view.start + upTo });
    if (found >= 0) this.#lostFor = undefined;
    return found < 0 && upTo === at ? SEE_MORE : upTo;
  }

  #channel(topic: string): Channel {
    return this.#events.channel(topic, 'json', POINT_SCHEMA);
  }

  get #trackTopic(): string {
    return `/gpx/track/${Math.max(1, this.#tracks)}`;
  }

  get #routeTopic(): string {
    return `/gpx/route/${Math.max(1, this.#routes)}`;
  }
}
