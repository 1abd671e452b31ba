/** The catalog's contract about what is said of drives afterwards: events, the chunks around them, and corrections. */
import type { CatalogEvent } from '@pitlane/contracts/catalog';
import type { AnnotationFacts, CorrectionFacts } from '@pitlane/contracts/notes';
import type { ContractCase } from '../contract/index.ts';
import { chunkId, DOCKED_AT_MS, DriveBuilder, equal, timeText } from './contract-facts.ts';
import type { Catalog } from './index.ts';

const drive = new DriveBuilder('drive-n');

const marked = (eventId: string, startS: number, fields: Partial<AnnotationFacts> = {}): CatalogEvent => ({
  type: 'annotation',
  drive: drive.drive,
  annotation: {
    eventId,
    kind: 'disengagement',
    startTime: timeText(startS),
    endTime: timeText(startS),
    note: null,
    labels: {},
    source: 'person',
    author: 'road crew',
    notedAtMs: DOCKED_AT_MS,
    isWithdrawn: false,
    ...fields,
  },
});

const corrected = (correctionId: string, fields: Partial<CorrectionFacts>): CatalogEvent => ({
  type: 'correction',
  drive: drive.drive,
  correction: {
    correctionId,
    vehicleId: null,
    labels: null,
    reason: 'wrong disk',
    author: 'garage',
    correctedAtMs: DOCKED_AT_MS,
    ...fields,
  },
});

async function filled(catalog: Catalog, events: readonly CatalogEvent[]): Promise<void> {
  await catalog.wipe();
  await catalog.append(events);
}

export const noteCases: readonly ContractCase<Catalog>[] = [
  {
    name: 'shows what the sidecar says happened, and what is marked, once each, in the newest words',
    async run(catalog) {
      const said = { time: timeText(70), kind: 'incident', note: 'cut-in' };
      const docked: CatalogEvent = { type: 'dock', drive: { ...drive.drive, events: [said] }, dock: drive.dock };
      const newer = { notedAtMs: DOCKED_AT_MS + 1000, note: 'späte Übernahme', labels: { by: 'driver' } };
      await filled(catalog, [docked, docked, marked('e1', 10, newer), marked('e1', 10), marked('e2', 20)]);
      await catalog.append([marked('e2', 20, { notedAtMs: DOCKED_AT_MS + 1, isWithdrawn: true })]);
      const rows = await catalog.query(
        'SELECT kind, start_ns, end_ns, note, labels, source, author FROM events ORDER BY start_ns',
      );
      const [taken, incident] = [
        {
          kind: 'disengagement',
          note: 'späte Übernahme',
          labels: '{"by":"driver"}',
          source: 'person',
          author: 'road crew',
        },
        { kind: 'incident', note: 'cut-in', labels: '{}', source: 'sidecar', author: null },
      ];
      equal(
        rows,
        [
          { ...taken, start_ns: timeText(10), end_ns: timeText(10) },
          { ...incident, start_ns: timeText(70), end_ns: timeText(70) },
        ],
        'events',
      );
    },
  },
  {
    name: 'joins events to the chunks around them',
    async run(catalog) {
      const chunks = [0, 1, 2, 3].map((ordinal) => drive.chunk('r1', ordinal));
      await filled(catalog, [
        drive.docked(),
        ...chunks,
        marked('e1', 85),
        marked('e2', 175, { endTime: timeText(500) }),
      ]);
      const rows = await catalog.query(
        'SELECT event_id, chunk_id, place FROM event_chunks ORDER BY event_id, start_ns',
      );
      const id = (ordinal: number): string => chunkId(`drive-n r1 ${ordinal}`);
      equal(
        rows,
        [
          { event_id: 'e1', chunk_id: id(0), place: 'before' },
          { event_id: 'e1', chunk_id: id(1), place: 'during' },
          { event_id: 'e2', chunk_id: id(2), place: 'during' },
          { event_id: 'e2', chunk_id: id(3), place: 'during' },
        ],
        'chunks',
      );
    },
  },
  {
    name: 'puts a wrong vehicle and wrong labels right in every view, keeps what stood there, and says who and why',
    async run(catalog) {
      const whole = [
        drive.docked(),
        drive.recording('r1'),
        drive.channel('r1', 0, '/imu'),
        drive.chunk('r1', 0),
        drive.state('r1', 'indexed'),
      ];
      await filled(catalog, [
        ...whole,
        corrected('c2', { vehicleId: 'car-9', correctedAtMs: DOCKED_AT_MS + 2 }),
        corrected('c1', { vehicleId: 'car-8', labels: { software: '2.0', map: 'm7' } }),
      ]);
      for (const view of ['drives', 'recordings', 'topics', 'chunks', 'chunk_topics', 'coverage', 'coverage_days']) {
        const rows = await catalog.query(`SELECT DISTINCT vehicle_id FROM ${view}`);
        equal(rows, [{ vehicle_id: 'car-9' }], view);
      }
      const found = await catalog.query(
        'SELECT label_software, label_map, label_calibration, labels FROM drives WHERE vehicle_id = ?',
        ['car-9'],
      );
      equal(
        found,
        [{ label_software: '2.0', label_map: 'm7', label_calibration: null, labels: '{"map":"m7","software":"2.0"}' }],
        'labels',
      );
      const rows = await catalog.query(
        'SELECT correction_id, recorded_vehicle_id, corrected_vehicle_id, corrected_labels, reason, author FROM corrections ORDER BY 1',
      );
      const said = { recorded_vehicle_id: 'car-7', reason: 'wrong disk', author: 'garage' };
      equal(
        rows,
        [
          {
            ...said,
            correction_id: 'c1',
            corrected_vehicle_id: 'car-8',
            corrected_labels: '{"map":"m7","software":"2.0"}',
          },
          { ...said, correction_id: 'c2', corrected_vehicle_id: 'car-9', corrected_labels: null },
        ],
        'corrections',
      );
    },
  },
];
