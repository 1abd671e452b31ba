/** YAML in, claims out. Every scalar is taken as a text, so that no text of the file turns into something else. */
import { messageOf } from '@pitlane/base/errors';
import { utf8FromBytes } from '@pitlane/base/bytes';
import { parseDocument } from 'yaml';
import { type BagMetadata, type BagPart, METADATA_BYTES_MAX } from './bag-metadata.ts';

const VERSIONS = { first: 1, last: 9 } as const;
const PARTS_MAX = 10_000;
const TOPICS_MAX = 1000;
const TEXT_CHARACTERS_MAX = 4096;

type Node = Readonly<Record<string, unknown>>;

export function bagMetadataFrom(bytes: Uint8Array): BagMetadata {
  if (bytes.byteLength > METADATA_BYTES_MAX) return nothing(`it is larger than ${METADATA_BYTES_MAX} bytes`);
  const { root, fault } = rootFrom(utf8FromBytes(bytes));
  const information = nodeIn(nodeOf(root), 'rosbag2_bagfile_information');
  return information === undefined
    ? nothing(fault ?? 'it has no rosbag2_bagfile_information')
    : metadataFrom(information, fault === undefined ? [] : [fault]);
}

/** Of a file that ends early, what stands before the end is heeded. */
function rootFrom(text: string): { root: unknown; fault: string | undefined } {
  try {
    const document = parseDocument(text, { schema: 'failsafe', merge: false, logLevel: 'silent', prettyErrors: false });
    const [first] = document.errors;
    // No alias is followed: a bag's metadata has none, and a few of them can stand for more than memory holds.
    return { root: document.toJS({ maxAliasCount: 0 }), fault: first && `it is no sound YAML (${first.message})` };
  } catch (error) {
    return { root: undefined, fault: `it is no YAML that a bag would have (${messageOf(error).slice(0, 200)})` };
  }
}

function metadataFrom(information: Node, faults: string[]): BagMetadata {
  const version = integerIn(information, 'version') ?? 0;
  if (version < VERSIONS.first || version > VERSIONS.last) {
    const known = `${VERSIONS.first} to ${VERSIONS.last}`;
    faults.push(`its version is ${version === 0 ? 'unknown' : version}: read as one of the versions ${known}`);
  }
  const named = listIn(information, 'relative_file_paths').filter((path) => typeof path === 'string');
  if (named.length === 0) faults.push('it names no files');
  if (named.length > PARTS_MAX) faults.push(`it names ${named.length} files: the first ${PARTS_MAX} were heeded`);
  const details = new Map(
    listIn(information, 'files').map((file) => [textIn(nodeOf(file), 'path'), nodeOf(file)] as const),
  );
  return {
    version,
    storage: textIn(information, 'storage_identifier'),
    compressionFormat: textIn(information, 'compression_format'),
    compressionMode: textIn(information, 'compression_mode')
      .toUpperCase()
      .replace(/^NONE$/, ''),
    messages: integerIn(information, 'message_count'),
    topics: listIn(information, 'topics_with_message_count').flatMap(topicWithMessages).slice(0, TOPICS_MAX),
    parts: named.slice(0, PARTS_MAX).map((path) => partFrom(path.slice(0, TEXT_CHARACTERS_MAX), details.get(path))),
    faults,
  };
}

function partFrom(path: string, details: Node | undefined): BagPart {
  const startTimeNs = nsIn(nodeIn(details, 'starting_time'), 'nanoseconds_since_epoch');
  const durationNs = nsIn(nodeIn(details, 'duration'), 'nanoseconds');
  const endTimeNs = startTimeNs !== undefined && durationNs !== undefined ? startTimeNs + durationNs : undefined;
  return { path, messages: integerIn(details, 'message_count'), startTimeNs, endTimeNs: timeOf(endTimeNs) };
}

function topicWithMessages(entry: unknown): string[] {
  const node = nodeOf(entry);
  const name = textIn(nodeIn(node, 'topic_metadata'), 'name');
  return name === '' || integerIn(node, 'message_count') === 0 ? [] : [name];
}

function nothing(fault: string): BagMetadata {
  const none = { storage: '', compressionFormat: '', compressionMode: '', messages: undefined };
  return { version: 0, ...none, topics: [], parts: [], faults: [fault] };
}

const nodeOf = (value: unknown): Node | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : undefined;
/** Own keys alone: a file may call a key `constructor`. */
const valueIn = (node: Node | undefined, key: string): unknown =>
  node !== undefined && Object.hasOwn(node, key) ? node[key] : undefined;
const nodeIn = (node: Node | undefined, key: string): Node | undefined => nodeOf(valueIn(node, key));
const listIn = (node: Node | undefined, key: string): readonly unknown[] => {
  const value = valueIn(node, key);
  return Array.isArray(value) ? value : [];
};
const textIn = (node: Node | undefined, key: string): string => {
  const value = valueIn(node, key);
  return typeof value === 'string' ? value.slice(0, TEXT_CHARACTERS_MAX) : '';
};

function integerIn(node: Node | undefined, key: string): number | undefined {
  const number = nsIn(node, key);
  return number !== undefined && number <= Number.MAX_SAFE_INTEGER ? Number(number) : undefined;
}

function nsIn(node: Node | undefined, key: string): bigint | undefined {
  const text = textIn(node, key);
  return /^\d{1,20}$/.test(text) ? timeOf(BigInt(text)) : undefined;
}

const timeOf = (timeNs: bigint | undefined): bigint | undefined =>
  timeNs !== undefined && timeNs < 1n << 64n ? timeNs : undefined;
