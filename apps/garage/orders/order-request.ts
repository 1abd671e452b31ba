/** A standing order as somebody asks for it, checked whole before it is believed. */
import { PitlaneError } from '@pitlane/base/errors';
import { timeNsFromText } from '@pitlane/base/time';
import { parseTenant, parseVehicleId } from '@pitlane/contracts/identity';
import type { OrderEntry } from '@pitlane/ports/journal';

export interface OrderRequest {
  readonly vehicleId: string;
  readonly tenant?: string;
  /** Globs; all topics without them. */
  readonly topics?: readonly string[];
  /** Log time [start, end): decimal nanoseconds or RFC 3339. */
  readonly start?: string;
  readonly end?: string;
  /** 0 first, 99 last. */
  readonly priority?: number;
  readonly note?: string;
}

export const ORDER_PRIORITY = 20;
export const ORDER_TOPICS_MAX = 100;
const TOPIC_CHARACTERS_MAX = 1024;
export const NOTE_CHARACTERS_MAX = 500;
const PRIORITY_LAST = 99;

/** Errors: `bad-usage`. */
export function orderFrom(
  request: OrderRequest,
  given: { readonly orderId: string; readonly tenant: string; readonly createdAtMs: number },
): OrderEntry {
  const { topics = [], priority = ORDER_PRIORITY, note = null } = request;
  const startNs = request.start === undefined ? undefined : timeNsFromText(request.start);
  const endNs = request.end === undefined ? undefined : timeNsFromText(request.end);
  if (startNs !== undefined && endNs !== undefined && startNs >= endNs) {
    throw wrong(`its start ${request.start} is not before its end ${request.end}: nothing lies between`);
  }
  if (topics.length > ORDER_TOPICS_MAX) throw wrong(`it has over ${ORDER_TOPICS_MAX} topics: use globs, as '/lidar/*'`);
  const odd = topics.find((topic) => topic === '' || topic.length > TOPIC_CHARACTERS_MAX);
  if (odd !== undefined)
    throw wrong(`a topic is empty or over ${TOPIC_CHARACTERS_MAX} characters: give it as '/lidar/*'`);
  if (!Number.isInteger(priority) || priority < 0 || priority > PRIORITY_LAST) {
    throw wrong(`its priority ${priority} is no whole number from 0 (first) to ${PRIORITY_LAST} (last)`);
  }
  if (note !== null && note.length > NOTE_CHARACTERS_MAX)
    throw wrong(`its note is over ${NOTE_CHARACTERS_MAX} characters`);
  return {
    orderId: given.orderId,
    tenant: parseTenant(request.tenant ?? given.tenant),
    vehicleId: parseVehicleId(request.vehicleId),
    topics: [...new Set(topics)],
    startTime: startNs?.toString() ?? null,
    endTime: endNs?.toString() ?? null,
    priority,
    note,
    createdAtMs: given.createdAtMs,
  };
}

const wrong = (text: string): PitlaneError => new PitlaneError('bad-usage', `the order was not taken: ${text}`);
