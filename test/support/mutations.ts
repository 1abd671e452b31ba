/** Seeded damage to files: flipped bits, holes, cuts, insertions, blocks of zeros, pieces in the wrong order. */

/** Numbers in [0, below), the same for one seed. */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function mutated(whole: Uint8Array, seed: number): { readonly bytes: Uint8Array; readonly how: string } {
  const below = seededNumbers(seed);
  const at = below(whole.byteLength);
  const length = Math.min(1 + below(20_000), whole.byteLength - at);
  const from = Buffer.from(whole);
  const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  switch (below(6)) {
    case 0: {
      const flips = 1 + below(30);
      for (let i = 0; i < flips; i += 1) {
        const place = below(from.byteLength);
        from[place] = (from[place] ?? 0) ^ (1 << below(8));
      }
      return { bytes: new Uint8Array(from), how: `${flips} flipped bits` };
    }
    case 1:
      return { bytes: new Uint8Array(from.subarray(0, at)), how: `cut at ${at}` };
    case 2:
      return { bytes: join(from.subarray(0, at), from.subarray(at + length)), how: `${length} bytes gone at ${at}` };
    case 3: {
      const noise = Uint8Array.from({ length }, () => below(256));
      return { bytes: join(from.subarray(0, at), noise, from.subarray(at)), how: `${length} bytes of noise at ${at}` };
    }
    case 4:
      from.fill(0, at, at + length);
      return { bytes: new Uint8Array(from), how: `${length} zeros at ${at}` };
    default:
      return { bytes: join(from.subarray(at), from.subarray(0, at)), how: `turned round at ${at}` };
  }
}
