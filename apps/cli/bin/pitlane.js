#!/usr/bin/env -S node --max-semi-space-size=2
// What Node may let pile up before it clears away (MiB): sixteen by default, three times over, for no more speed here.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  console.error('pitlane: it is not built yet: run `npm ci` (or `npm run build`) in its folder first');
  process.exitCode = 1;
}
