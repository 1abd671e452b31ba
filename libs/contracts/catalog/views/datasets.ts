/** Datasets for training: what was frozen, what was built of it, and what came from where. */
import { CHUNK, column, DRIVE, RECORDING, TENANT, TOPIC, VEHICLE, type ViewDefinition } from './columns.ts';

const SNAPSHOT = column('snapshot_id', 'STRING', 'SHA-256 of the snapshot');
const SPLIT = column('split', 'STRING', 'train, val or test; all samples of a drive, or of a region, are in one');
const SHARD = column('shard', 'INT64', 'number of the shard in its split, from 0');

export const DATASET_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'datasets',
    meaning: 'one row a frozen dataset; of several with one name the newest counts where a name is given',
    columns: [
      TENANT,
      SNAPSHOT,
      column('name', 'STRING', 'what its maker called it'),
      column('created_at', 'TIMESTAMP', 'when it was first frozen'),
      column('object', 'STRING', 'the snapshot in the store'),
      column('sql', 'STRING', 'the selection that it was made of'),
      column('plan', 'STRING', 'JSON of the sampling plan'),
      column('split_rule', 'STRING', 'JSON of how drives or places are split'),
      column('extractor_version', 'INT64', 'version of what takes files out of messages'),
      column('drives', 'INT64', 'drives that were selected'),
      column('samples', 'INT64', 'samples'),
      column('shards', 'INT64', 'shards that it has when it is built'),
      column('shards_built', 'INT64', 'shards that are built'),
      column('bytes_stored', 'INT64', 'size of the built shards; NULL without one'),
    ],
  },
  {
    name: 'shards',
    meaning: 'one row a shard of a dataset, before it is built too',
    columns: [
      TENANT,
      SNAPSHOT,
      column('name', 'STRING', 'the name of the dataset'),
      SPLIT,
      SHARD,
      column('state', 'STRING', 'planned or built'),
      column('samples', 'INT64', 'samples, numbered from 0'),
      column('list_object', 'STRING', 'the list of its samples in the store'),
      column('object', 'STRING', 'the tar in the store; NULL before it is built, as all that follows'),
      column('generation', 'STRING', 'generation of the tar, from the store'),
      column('bytes_stored', 'INT64', 'size of the tar, from the store'),
      column('crc32c', 'STRING', 'CRC-32C of the tar, from the store, hex'),
      column('sha256', 'STRING', 'SHA-256 of the tar, from its builder'),
    ],
  },
  {
    name: 'sample_runs',
    meaning:
      'which samples hold what of a chunk: one row for consecutive samples of a shard that each have a message of one topic ' +
      'from one chunk, exact to the sample. The sample n of a shard is in all rows with first_sample <= n <= last_sample; its ' +
      'key is the first 8 digits of snapshot_id, the split, the shard with 6 digits and n with 5, with dashes between',
    columns: [
      TENANT,
      DRIVE,
      VEHICLE,
      SNAPSHOT,
      SPLIT,
      SHARD,
      column('field', 'INT64', 'number of the field in the sampling plan, from 0'),
      TOPIC,
      CHUNK,
      column('object', 'STRING', 'name of the chunk in the store'),
      column('generation', 'STRING', 'generation of the chunk that was frozen'),
      RECORDING,
      column('path', 'STRING', "the car's file, as it lay below the docked folder"),
      column('source_start', 'INT64', 'first byte of the range in that file that holds the chunk'),
      column('source_end', 'INT64', 'end of that range'),
      column('first_sample', 'INT64', 'number of the first sample in the shard'),
      column('last_sample', 'INT64', 'number of the last one'),
      column('messages', 'INT64', 'messages that these samples have of it, each counted in every sample'),
      column('start_ns', 'INT64', 'log time of the first of these messages, ns since 1970; NULL from 2^63 on'),
      column('end_ns', 'INT64', 'log time of the last one; likewise'),
      column('start_time', 'TIMESTAMP', 'start_ns to the microsecond'),
      column('end_time', 'TIMESTAMP', 'end_ns to the microsecond'),
    ],
  },
];
