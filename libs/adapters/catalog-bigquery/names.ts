/**
 * Names inside the dataset. Views of the contract stand there under their own names; what lies below them, and is not for
 * people, is listed here, so that the sandbox can refuse it by name.
 */
import { TABLE_NAMES, type TableName, VIEWS } from '@pitlane/contracts/catalog';

export const COMMITTED = 'committed_batches';
export const MIGRATIONS = 'catalog_migrations';

/** A part of a view's WITH clause: the rows of an event table whose batch was committed. */
export const liveName = (table: TableName): string => `live_${table}`;
/** Another part: a step between the live rows and the view. */
export const stepName = (step: string): string => `step_${step}`;

export const VIEW_NAMES: ReadonlySet<string> = new Set(VIEWS.map((view) => view.name));
export const BELOW_THE_VIEWS: readonly string[] = [COMMITTED, MIGRATIONS, ...TABLE_NAMES];

/** `?` is left out of what may be in a name, so a name never needs escaping. */
const PROJECT = /^[a-z][a-z0-9:.-]{2,61}$/;
const DATASET = /^\w{1,1024}$/;

export const isProjectName = (name: string): boolean => PROJECT.test(name) || /^[a-z][a-z0-9-]*$/.test(name);
export const isDatasetName = (name: string): boolean => DATASET.test(name);

/** Makes a bare name a full one: views must say which dataset they mean. */
export type FullName = (name: string) => string;
export const fullNames =
  (projectId: string, datasetId: string): FullName =>
  (name) =>
    `\`${projectId}.${datasetId}.${name}\``;
