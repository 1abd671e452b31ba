/**
 * Loaded ahead of every process of a node under test (`NODE_OPTIONS=--import`): gives the chunkers a zstd decoder that
 * hangs, or dies as a native one can, at chunks of the sizes that its address names (`?hangs=…&dies=…`). No log that is
 * known does so by itself.
 */
import zstd from 'zstd-napi/binding.js';

const sizes = new URL(import.meta.url).searchParams;
const hangsAtBytes = Number(sizes.get('hangs'));
const diesAtBytes = Number(sizes.get('dies'));

if (process.argv[1]?.includes('chunker.child')) {
  const { decompress } = zstd.DCtx.prototype;
  zstd.DCtx.prototype.decompress = function (output, input) {
    if (output.byteLength === hangsAtBytes) for (;;);
    if (output.byteLength === diesAtBytes) process.kill(process.pid, 'SIGSEGV');
    return decompress.call(this, output, input);
  };
}
