/** What was signed for, and how soon. */
import { column, DRIVE, TENANT, VEHICLE, type ViewDefinition } from './columns.ts';

export const RECEIPT_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'receipts',
    meaning: 'one row a receipt, newest last',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      column('receipt_id', 'STRING', "SHA-256 of the receipt's body"),
      column('dock_id', 'STRING', 'the docking it answers'),
      column('key_id', 'STRING', 'the key that signed'),
      column('signed_at', 'TIMESTAMP', 'when it was signed'),
      column('object', 'STRING', 'the receipt in the store'),
      column('manifest_object', 'STRING', 'the manifest it answers'),
      column('recording_ids', 'ARRAY<STRING>', 'recordings it covers, sorted'),
      column('chunks', 'INT64', 'objects under its Merkle root'),
      column('bytes_stored', 'INT64', 'their size'),
      column('objects_sha256_root', 'STRING', 'the Merkle root'),
    ],
  },
  {
    name: 'freshness',
    meaning:
      'how long dockings took from docked to indexed: one row a garage and UTC day of docking; a docking counts as indexed ' +
      'with its first receipt, which is signed when all of its rows can be asked for, so those under way are in no percentile',
    columns: [
      TENANT,
      column('garage', 'STRING', 'where the drives were docked'),
      column('day', 'DATE', "the day on which they were docked, by the garage's clock"),
      column('drives', 'INT64', 'drives docked; one that was docked again counts once'),
      column('dockings', 'INT64', 'dockings of them'),
      column('dockings_indexed', 'INT64', 'dockings that have a receipt'),
      column(
        'p50_seconds',
        'FLOAT64',
        "docked by the garage's clock to indexed by the indexer's: half of the indexed dockings took so long or less (nearest rank)",
      ),
      column('p95_seconds', 'FLOAT64', 'the same for 95 of 100; NULL while none is indexed'),
    ],
  },
];
