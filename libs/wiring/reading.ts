/** Reading objects of the store that the settings name, without all the rest: for commands that are to be there at once. */
export { layoutOf } from './home-layout.ts';
export { openObjectReader } from './object-reader.ts';
export { storeSpecOf } from './open-object-store.ts';
