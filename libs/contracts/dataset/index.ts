/**
 * Datasets for training, as data: the sampling plan that a person writes, the snapshot that it is frozen into, what a build
 * leaves beside the shards, and where all of it lies. Stored datasets hang on it, so it has golden files.
 */
export * from './built.ts';
export * from './object-names.ts';
export { SAMPLING_PLAN_BYTES_MAX, samplingPlanFromText } from './parse-sampling-plan.ts';
export * from './sampling-plan.ts';
export * from './snapshot.ts';
export * from './split.ts';
