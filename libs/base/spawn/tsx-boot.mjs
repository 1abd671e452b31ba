// Lets a worker thread run from TypeScript source: development and tests only.
import { register } from 'tsx/esm/api';

register();
await import(process.argv[2]);
