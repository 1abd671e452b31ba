/** The tables alone, for whoever reads settings without opening anything: no vendor's package is loaded with them. */
export { API_SETTINGS } from './api-settings.ts';
export type { BaySetting } from './bays-setting.ts';
export { GARAGE_SETTINGS } from './garage-settings.ts';
export { PROGRAM_SETTINGS } from './program-settings.ts';
export { STORE_SETTINGS, type StoreSettings } from './store-settings.ts';
export { LANDER_SETTINGS, TRANSPORT_SETTINGS } from './transport-settings.ts';
