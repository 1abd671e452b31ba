/** Topic globs: `*` stands for any run of characters, slashes too, and `?` for one. No regular expression. */

export function matchesGlob(glob: string, topic: string): boolean {
  let g = 0;
  let t = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (t < topic.length) {
    if (glob[g] === '*') {
      starAt = g;
      resumeAt = t;
      g += 1;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === topic[t])) {
      g += 1;
      t += 1;
    } else if (starAt >= 0) {
      g = starAt + 1;
      resumeAt += 1;
      t = resumeAt;
    } else {
      return false;
    }
  }
  while (glob[g] === '*') g += 1;
  return g === glob.length;
}
