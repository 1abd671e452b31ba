/**
 * Understands `metadata.yaml`, which rosbag2 (versions 1 to 9) writes beside the files of a bag: which files they are, how
 * many messages are in each, how they are compressed. It stands beside the readers of those files, none of which needs it:
 * it serves to find what is missing. It never opens what the metadata names, and never obeys a YAML alias or tag.
 */
export { type BagMetadata, type BagPart, METADATA_BYTES_MAX } from './bag-metadata.ts';
export { bagMetadataFrom } from './parse-metadata.ts';
export { candidatePaths } from './part-paths.ts';

const ROOT_KEY = /^rosbag2_bagfile_information:/m;

/** Whether a file that begins with `head` is a bag's metadata. */
export const isBagMetadata = (head: Uint8Array): boolean =>
  ROOT_KEY.test(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1'));
