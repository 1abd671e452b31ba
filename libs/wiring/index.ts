/**
 * How a program gets its store, message log and catalog: by settings, embedded or in the cloud. It stands between the
 * adapters and the mains, so that every program reads the same settings the same way. It decides nothing else, and a
 * vendor's package is loaded only where a setting names it.
 */
export { API_SETTINGS, listeningOf, receiptKeyOf } from './api-settings.ts';
export type { BaySetting } from './bays-setting.ts';
export { GARAGE_SETTINGS } from './garage-settings.ts';
export { type Health, openHealth } from './health.ts';
export { type HomeLayout, layoutOf } from './home-layout.ts';
export { type FoundMappings, mappingsFolder, readMappings } from './read-mappings.ts';
export { holdFolders, type HomeLock, tryHomeLock } from './home-lock.ts';
export { bigQueryPlaceOf, openCatalog } from './open-catalog.ts';
export { openGarageDisk, openGarageParts } from './open-garage-parts.ts';
export { kafkaOptionsOf, type LogClient, openFrameLog, openMessageLog } from './open-message-log.ts';
export { fileReader, type ObjectReader, openObjectReader } from './object-reader.ts';
export { objectUrlOf, openObjectLinks, openObjectStore, type StoreSpec, storeSpecOf } from './open-object-store.ts';
export { PROGRAM_SETTINGS, refuseEmbedded, VERSION } from './program-settings.ts';
export { runProgram, untilAborted } from './run-program.ts';
export { STORE_SETTINGS, type StoreSettings } from './store-settings.ts';
export { LANDER_SETTINGS, type LanderSettings, TRANSPORT_SETTINGS, transportsOf } from './transport-settings.ts';
export { type Check, checked, opening, tryCases } from './trials/check.ts';
export { tryDataset } from './trials/dataset.ts';
export { tryBrokers } from './trials/brokers.ts';
export { tryBucket } from './trials/bucket.ts';
