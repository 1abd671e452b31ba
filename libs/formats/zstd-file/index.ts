/**
 * A log in a file that was compressed whole with zstd, as rosbag2 does it to each file of a bag. It stands between the
 * file and the format of what is inside. It never believes a size that a frame declares, never holds more than a block in
 * memory, and never drops what it cannot decompress: those bytes stand behind the content's end as they are in the file.
 */
export { isZstd, type ScratchFile, unpackZstd, type UnpackTools } from './unpack-zstd.ts';
export { memoryScratch } from './memory-scratch.ts';
