/**
 * Deals the samples of a built dataset out to ranks, in the order of an epoch, from where each stopped. It stands behind the
 * build and before a trainer's pipe or folder, and is a door of its own so that a command is there at once. It reads the store
 * alone, and never gives a sample of a shard that is not the one that was built.
 */
export { HashThreads } from './hash-threads.ts';
export { type PullJob, pullSamples, type SampleSink } from './run-pull.ts';
export { FolderSink, PipeSink } from './sinks.ts';
