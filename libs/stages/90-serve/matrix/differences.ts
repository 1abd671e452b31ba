/** In what a repetition of a run differs from the run. */
import type { MatrixResult } from '@pitlane/contracts/matrix';

/** One line a difference. What takes its own time, as wall time does, is not compared. */
export function differences(before: readonly MatrixResult[], after: readonly MatrixResult[]): string[] {
  const again = new Map(after.map((result) => [result.job, result]));
  return before.flatMap((result) => {
    const other = again.get(result.job);
    const slice = `job ${result.job} (${result.driveId})`;
    if (!other) return [`${slice}: it was not run again`];
    const lines: string[] = [];
    if (result.replayDigest !== other.replayDigest) {
      lines.push(
        `${slice}: other messages were replayed (${result.replayDigest ?? 'none'}, now ${other.replayDigest ?? 'none'})`,
      );
    }
    if (result.verdict !== other.verdict) lines.push(`${slice}: ${result.verdict}, now ${other.verdict}`);
    const names = [...new Set([...Object.keys(result.metrics), ...Object.keys(other.metrics)])].sort();
    for (const name of names) {
      const [was, is] = [result.metrics[name], other.metrics[name]];
      if (was !== is) lines.push(`${slice}: ${name} was ${was ?? 'not there'}, now ${is ?? 'not there'}`);
    }
    return lines;
  });
}
