/** The profiles alone, for whoever judges without a node: no vendor's package is loaded with them. */
export { layoutOf } from './home-layout.ts';
export { type FoundProfiles, profilesFolder, readProfile, readProfiles } from './read-profiles.ts';
