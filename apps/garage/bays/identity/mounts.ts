/** Which mount holds a path, from the kernel's own table. It asks no disk: one that hangs would not answer. */

export interface Mount {
  readonly point: string;
  /** `8:17`; its first part is 0 where no block device stands behind it. */
  readonly device: string;
  /** `/dev/sdb1`, or what else was mounted. */
  readonly source: string;
}

/** @param mountinfo the text of `/proc/self/mountinfo`. @param path absolute, without links. */
export function mountOf(mountinfo: string, path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountinfo.split('\n')) {
    const mount = mountFrom(line);
    if (!mount || !isWithin(path, mount.point)) continue;
    // Of equals the last: it covers those before.
    if (!found || mount.point.length >= found.point.length) found = mount;
  }
  return found;
}

function mountFrom(line: string): Mount | undefined {
  const [before = '', after = ''] = line.split(' - ', 2);
  const [, , device, , point] = before.split(' ');
  const [, source = ''] = after.split(' ');
  if (device === undefined || point === undefined) return undefined;
  return { point: unescaped(point), device, source: unescaped(source) };
}

/** Spaces and the like stand in it as `\040`. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

const isWithin = (path: string, folder: string): boolean =>
  path === folder || folder === '/' || path.startsWith(`${folder}/`);
