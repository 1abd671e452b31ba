/**
 * Adds to package-lock.json the builds for other platforms that its packages name as optional.
 * npm leaves out what the registry in use does not serve, and then `npm ci` refuses the lock everywhere: it wants each
 * optional package listed, though it never fetches one for another platform. Run it after a dependency was added:
 * `node test/tidy/complete-lock.mjs`. What it adds carries no integrity, since it has not seen the packages.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const lockUrl = new URL('../../package-lock.json', import.meta.url);
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
/** Words in package names that stand for a processor in npm's terms. */
const otherWords = new Map([
  ['riscv64gc', 'riscv64'],
  ['ppc64le', 'ppc64'],
  ['armv7', 'arm'],
  ['loongarch64', 'loong64'],
]);

/** What npm would have read from the package itself: for which system it was built. The name of a build says so. */
function platformFrom(name) {
  const words = name.split(/[/-]/).map((word) => otherWords.get(word) ?? word);
  const os = words.find((word) => systems.includes(word)) ?? (name === 'fsevents' ? 'darwin' : undefined);
  const cpu = words.find((word) => processors.includes(word));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return {
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(os === 'linux' && libc ? { libc: [libc] } : {}),
    ...(os ? { os: [os] } : {}),
  };
}

const lock = JSON.parse(readFileSync(lockUrl, 'utf8'));
let added = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${place}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[hoisted]) continue;
    const platform = platformFrom(name);
    if (!platform.os && !platform.cpu)
      throw new Error(`${name}: its name does not say for which platform it is; lock it with npm`);
    lock.packages[hoisted] = {
      version: range.replace(/^[~^]/, ''),
      ...(platform.cpu ? { cpu: platform.cpu } : {}),
      ...(entry.dev ? { dev: true } : {}),
      ...(platform.libc ? { libc: platform.libc } : {}),
      optional: true,
      ...(platform.os ? { os: platform.os } : {}),
    };
    added += 1;
  }
}
const order = ([a], [b]) => a.localeCompare(b, 'en');
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(order));
if (added > 0) writeFileSync(lockUrl, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} builds for other platforms added`);
