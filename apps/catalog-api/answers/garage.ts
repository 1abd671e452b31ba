/** What the garage answers: docks, bays, orders, uploads, webhooks, and what was set aside. */
import { type TSchema, Type } from 'typebox';
import {
  answer,
  answerLines,
  answerOf,
  count,
  flag,
  listOf,
  oneOf,
  open,
  orNull,
  page,
  real,
  text,
  timeNs,
} from './answer.ts';

const EVENT = open({ type: text('progress, staged, verdict, done, failed, …') });

const DOCK = open({ dockId: text(), path: text(), state: text() });

const RETIRED = open({
  freedBytes: count(),
  recordings: count(),
  receipts: listOf(text()),
  text: text('what was freed, for people'),
});

const ORDER = open({
  orderId: text(),
  tenant: text(),
  vehicleId: text(),
  topics: listOf(text('a glob')),
  startTime: orNull(timeNs()),
  endTime: orNull(timeNs()),
  priority: count('0 first, 99 last'),
  note: orNull(text()),
  state: text(),
  chunks: count(),
  bytesStored: count(),
  drives: listOf(open({ driveId: text(), state: text(), chunks: count(), bytesStored: count() })),
  text: text('how far it is, for people'),
});

const UPLOAD = open({
  id: text(),
  vehicleId: text(),
  drive: text(),
  filename: text(),
  bytes: count(),
  bytesReceived: count(),
  state: oneOf('receiving', 'checking', 'done', 'refused'),
  text: text(),
});

const RECEIVER = open({ receiver: text(), url: orNull(text()), waiting: count(), parked: count() });
const DELIVERY = open({
  eventId: text(),
  type: text(),
  receiver: text(),
  url: orNull(text()),
  state: oneOf('waiting', 'parked'),
  tries: count(),
  nextAtMs: real(),
  error: orNull(text()),
  event: open({}, 'what is sent'),
});
const TRIED = open({ url: text(), ok: flag(), status: orNull(count()), text: text(), tookMs: real() });

const LETTER = open({
  id: text(),
  chunkId: orNull(text()),
  reason: text(),
  isResent: flag(),
  landedSince: flag(),
  setAsideAtMs: real('milliseconds since 1970'),
});

const list = (about: string, name: string, row: TSchema) => answer(about, page(name, row));

export const GARAGE = {
  docking: answerLines('events, a line each, until `done` or `failed`', EVENT),
  docks: list('dockings', 'docks', DOCK),
  events: answerOf('events of all dockings, as they come', 'text/event-stream', text('server-sent events')),
  retired: answer('what was freed', RETIRED),
  orders: list('standing orders', 'orders', ORDER),
  order: answer('the order, and what it has got', ORDER),
  uploads: list('uploads', 'uploads', UPLOAD),
  upload: answer('the upload', UPLOAD),
  webhooks: answer(
    'receivers, and what waits or is parked for them',
    open({ receivers: listOf(RECEIVER), deliveries: listOf(DELIVERY), next: Type.Null() }),
  ),
  replayed: answer('how many wait again', open({ replayed: count() })),
  tried: answer('what came back', open({ results: listOf(TRIED) })),
  letters: list('what was set aside', 'deadletters', LETTER),
  askedAgain: answer('which were asked for', open({ asked: listOf(text()), unknown: listOf(text()) })),
};
