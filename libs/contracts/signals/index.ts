/**
 * The mapping of a vehicle type: which fields of its messages are which signals. It is a JSON file that people write; what
 * needs no mapping stands in `well-known.ts`. Parsing believes nothing and names all faults together.
 */
import type { MappedTopic, SignalMapping } from './signal-mapping.ts';
import { MAPPING_VERSION } from './signal-mapping.ts';
import { WELL_KNOWN } from './well-known.ts';
import { matchesGlob } from '../plan/topic-glob.ts';
import { sha256Of } from '../identity/index.ts';
import { profileFor } from '../profile/index.ts';

export { mappingFromText, MAPPING_BYTES_MAX } from './parse-mapping.ts';
export {
  type Combination,
  COMBINATIONS,
  DEFAULT_RATE_HZ,
  type MappedTopic,
  MAPPING_VERSION,
  type SignalMapping,
  type SignalSource,
} from './signal-mapping.ts';

/** For vehicles without a mapping. */
const DEFAULT_MAPPING: SignalMapping = {
  mappingVersion: MAPPING_VERSION,
  vehicleType: '',
  vehicles: [],
  defaults: true,
  topics: [],
};

/** Its own, else the one that is for all, else what is well known. */
export function mappingFor(vehicleId: string, mappings: readonly SignalMapping[]): SignalMapping {
  return (
    profileFor({ vehicleId, labels: {} }, mappings) ??
    mappings.find(({ vehicles }) => vehicles.length === 0) ??
    DEFAULT_MAPPING
  );
}

/** All topics in the order of their rank. */
export const mappedTopics = ({ topics, defaults }: SignalMapping): readonly MappedTopic[] =>
  defaults ? [...topics, ...WELL_KNOWN] : topics;

export const isMapped = ({ topic, schema }: MappedTopic, channel: { topic: string; schemaName: string }): boolean =>
  matchesGlob(topic, channel.topic) && (schema === undefined || matchesGlob(schema, channel.schemaName));

/** Names what is derived by a mapping: any change of it, or of what is well known, is another version. */
export const mappingVersionOf = (mapping: SignalMapping): string =>
  sha256Of(JSON.stringify(mappedTopics(mapping))).slice(0, 16);
