// Starts the worker from its TypeScript source, which Node 20 cannot do by itself. The build does not need this file.
import { register } from 'tsx/esm/api';

register();
await import(new URL('./sensor-worker.ts', import.meta.url).href);
