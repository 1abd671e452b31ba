/** The settings that choose and reach store, message log and catalog, the same in every program. */
import { bytes, choice, count, type SettingsOf, text } from '@pitlane/base/settings';
import { rankedGlobsSetting } from './globs-setting.ts';

const BUCKET = /^(?:file|gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9])$/;
const BROKER = '[A-Za-z0-9._-]+:\\d{1,5}';
const LOG = new RegExp(`^(?:embedded|kafka://${BROKER}(?:,${BROKER})*)$`);
const DATASET = /^(?:embedded|bigquery:\/\/[a-z][a-z0-9:.-]{0,61}[a-z0-9]\.[A-Za-z0-9_]{1,1024})$/;
const FILE = { default: '', expected: 'a file' } as const;

export const STORE_SETTINGS = {
  objectStore: text({
    variable: 'PITLANE_OBJECT_STORE',
    default: 'file',
    example: 'gs://fleet-drives',
    pattern: BUCKET,
    expected: '"file" or gs://BUCKET',
    meaning: 'where objects lie: `file` is the folder `objects` in the home, `gs://…` a bucket',
  }),
  messageLog: text({
    variable: 'PITLANE_MESSAGE_LOG',
    default: 'embedded',
    example: 'kafka://broker-1:9092,broker-2:9092',
    pattern: LOG,
    expected: '"embedded" or kafka://HOST:PORT,…',
    meaning: 'what carries records between garage and cloud',
  }),
  catalog: text({
    variable: 'PITLANE_CATALOG',
    default: 'embedded',
    example: 'bigquery://fleet-data.pitlane',
    pattern: DATASET,
    expected: '"embedded" or bigquery://PROJECT.DATASET',
    meaning: 'what answers queries',
  }),
  catalogMemoryBytes: bytes({
    variable: 'PITLANE_CATALOG_MEMORY_BYTES',
    default: 80 * 1024 * 1024,
    min: 64 * 1024 * 1024,
    example: '1GiB',
    meaning: 'memory of the embedded catalog; beyond it, it spills to the home',
  }),
  gcsEndpoint: text({
    variable: 'PITLANE_GCS_ENDPOINT',
    default: '',
    example: 'http://127.0.0.1:4443',
    expected: 'an address',
    meaning: 'another address of the object store, such as a stand-in; plain http sends no credentials',
  }),
  gcsKmsKey: text({
    variable: 'PITLANE_GCS_KMS_KEY',
    default: '',
    example: 'projects/P/locations/L/keyRings/R/cryptoKeys/K',
    expected: 'the full name of a key',
    meaning: "the customer's key that new objects are encrypted with; else the bucket's default",
  }),
  gcsStorageClass: text({
    variable: 'PITLANE_GCS_STORAGE_CLASS',
    default: '',
    example: 'NEARLINE',
    expected: 'a storage class',
    meaning: "storage class of new objects; else the bucket's default",
  }),
  bigqueryEndpoint: text({
    variable: 'PITLANE_BIGQUERY_ENDPOINT',
    default: '',
    example: 'http://127.0.0.1:9050',
    expected: 'an address',
    meaning: 'another address of BigQuery, such as a stand-in; no credentials are sent there',
  }),
  bigqueryLocation: text({
    variable: 'PITLANE_BIGQUERY_LOCATION',
    default: 'US',
    example: 'EU',
    expected: 'a location',
    meaning: 'where the dataset lies',
  }),
  bigqueryLoadSeconds: count({
    variable: 'PITLANE_BIGQUERY_LOAD_SECONDS',
    default: 60,
    min: 1,
    max: 3600,
    meaning:
      'how often rows are loaded into BigQuery by all indexers together, which take turns: the same in each of them; from 60 on its quota of loads is kept',
  }),
  mappings: text({
    variable: 'PITLANE_MAPPINGS',
    default: '',
    example: '/etc/pitlane/mappings',
    expected: 'a folder',
    meaning:
      'folder with the mappings of vehicle types, by which signals are read out of chunks; `HOME/mappings` where nothing is said',
  }),
  positionTopics: rankedGlobsSetting({
    variable: 'PITLANE_POSITION_TOPICS',
    example: '/localisation/fix,/gnss/*',
    meaning:
      'globs of topics that say where a vehicle is, the most trusted first, comma-separated; others are then not read. Without it all that are known by their schema, localisation first',
  }),
  bigqueryCompaction: choice({
    variable: 'PITLANE_BIGQUERY_COMPACTION',
    default: 'off',
    words: ['off', 'daily'],
    meaning: 'whether indexers take events out of BigQuery that newer ones have replaced, in days that have gone quiet',
  }),
  bigqueryUsdPerTib: text({
    variable: 'PITLANE_BIGQUERY_USD_PER_TIB',
    default: '6.25',
    example: '7.5',
    pattern: /^\d{1,4}(?:\.\d{1,4})?$/,
    expected: 'US dollars',
    meaning:
      'what BigQuery takes for a TiB that queries read, for `pitlane sql --estimate`; by default the list price in the US',
  }),
  kafkaTls: choice({
    variable: 'PITLANE_KAFKA_TLS',
    default: 'off',
    words: ['off', 'on'],
    meaning: 'whether connections to the brokers are encrypted',
  }),
  kafkaCaFile: text({
    variable: 'PITLANE_KAFKA_CA_FILE',
    ...FILE,
    example: '/etc/pitlane/kafka-ca.pem',
    meaning: "the CA that signed the brokers' certificates, PEM; else those that the system trusts",
  }),
  kafkaCertFile: text({
    variable: 'PITLANE_KAFKA_CERT_FILE',
    ...FILE,
    example: '/etc/pitlane/kafka.pem',
    meaning: "this client's certificate, PEM, where the brokers ask for one; read again when it changes",
  }),
  kafkaKeyFile: text({
    variable: 'PITLANE_KAFKA_KEY_FILE',
    ...FILE,
    example: '/etc/pitlane/kafka.key',
    meaning: 'the key of that certificate, PEM',
  }),
  kafkaSaslMechanism: choice({
    variable: 'PITLANE_KAFKA_SASL_MECHANISM',
    default: 'none',
    words: ['none', 'scram-sha-512'],
    meaning: 'how this client says who it is',
  }),
  kafkaSaslUser: text({
    variable: 'PITLANE_KAFKA_SASL_USER',
    default: '',
    example: 'garage-7',
    expected: 'a name',
    meaning: 'its name',
  }),
  kafkaSaslPasswordFile: text({
    variable: 'PITLANE_KAFKA_SASL_PASSWORD_FILE',
    ...FILE,
    example: '/run/secrets/kafka-password',
    meaning: 'the file that holds its password; read again when it changes',
  }),
  kafkaPartitions: count({
    variable: 'PITLANE_KAFKA_PARTITIONS',
    default: 8,
    min: 1,
    max: 4096,
    meaning: 'partitions of the topics that are made; topics with fewer are refused (four for each lander)',
  }),
  kafkaProducers: count({
    variable: 'PITLANE_KAFKA_PRODUCERS',
    default: 1,
    min: 1,
    max: 16,
    meaning:
      'threads that publish the frames of each lane, each with a connection of its own; one encodes some 100 MB/s and takes a core for it',
  }),
  kafkaReplication: count({
    variable: 'PITLANE_KAFKA_REPLICATION',
    default: 3,
    min: 1,
    max: 16,
    meaning: 'copies of each partition; topics with fewer are refused',
  }),
} as const;

export type StoreSettings = SettingsOf<typeof STORE_SETTINGS>;
