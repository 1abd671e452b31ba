/**
 * The profile of a vehicle type: which topics its drives have, how often, and what a technician does when one is missing.
 * It is a JSON file that people write or `pitlane profile learn` makes; garages judge drives by it. Parsing believes
 * nothing and names all faults together.
 */
export { profileFromText, PROFILE_BYTES_MAX } from './parse-profile.ts';
export { profileFor } from './choose-profile.ts';

export {
  DEFAULT_TOLERANCE,
  type ExpectedTopic,
  PROFILE_VERSION,
  profileText,
  TOPIC_KINDS,
  type TopicKind,
  type VehicleProfile,
} from './vehicle-profile.ts';
