/**
 * Where a file that the metadata names may lie, as labels to look up among the files of a dock. They are never opened: a
 * name that leads out of the bag's folder has no place at all.
 */
const COMPRESSED_ENDING = '.zstd';
/** Before this version the names began with the folder's. */
const RELATIVE_TO_FOLDER_VERSION = 4;

/**
 * @param metadataPath where the metadata lies, below the docked folder
 * @returns the places in the order in which they are believed; none for a name that leads out of the folder
 */
export function candidatePaths(metadataPath: string, version: number, partPath: string): string[] {
  const parts = partPath.split('/').filter((part) => part !== '' && part !== '.');
  const isOutside = partPath.startsWith('/') || partPath.includes('\0') || parts.includes('..') || parts.length === 0;
  if (isOutside) return [];
  const folder = metadataPath.includes('/') ? metadataPath.slice(0, metadataPath.lastIndexOf('/') + 1) : '';
  const names = [parts.join('/')];
  if (version < RELATIVE_TO_FOLDER_VERSION && parts.length > 1) names.unshift(parts.slice(1).join('/'));
  // A recorder that was stopped while it compressed left the file itself; one that somebody unpacked is the same.
  return names.flatMap((name) => {
    const other = name.endsWith(COMPRESSED_ENDING)
      ? name.slice(0, -COMPRESSED_ENDING.length)
      : name + COMPRESSED_ENDING;
    return [`${folder}${name}`, `${folder}${other}`];
  });
}
