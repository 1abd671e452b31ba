/**
 * Starts worker threads and child processes from a module of ours, from the build in production and from source in
 * development. Everything that burns CPU or may die of its input stands behind it. It never hands on the environment's
 * secrets to a child beyond what the child needs to run.
 */
export { serveStreams, type StreamJob } from './serve-streams.ts';
export { moduleBeside, startChild, startWorker } from './start.ts';
export { StreamingChildren, type StreamingOptions } from './streaming-children.ts';
