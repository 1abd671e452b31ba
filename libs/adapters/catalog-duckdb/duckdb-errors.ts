/** What DuckDB throws, as one of our errors: its own first line kept where it helps, and no path of this machine. */
import { isPitlaneError, messageOf, PitlaneError } from '@pitlane/base/errors';

const PATH = /(?:[A-Za-z]:)?(?:\/[^\s/"'`,;:()]+){2,}\/?/g;

/** The first line, and DuckDB's candidates or hints from the lines after it, without the SQL it quotes back. */
export function plainTextOf(error: unknown): string {
  const lines = messageOf(error).split('\n');
  const hints = lines.slice(1).filter((line) => /^(candidate|did you mean)/i.test(line.trim()));
  return [lines[0] ?? '', ...hints]
    .map((line) => line.trim().replace(PATH, '(a path)'))
    .join(' ')
    .slice(0, 1000);
}

export function catalogErrorFrom(error: unknown): PitlaneError {
  if (isPitlaneError(error)) return error;
  const text = plainTextOf(error);
  if (/^(Out of Memory Error|OutOfMemoryException)|failed to allocate|max_temp_directory_size/i.test(text)) {
    return new PitlaneError('limit-exceeded', `the catalog query needs more memory than it may have: ${text}`, {
      cause: error,
    });
  }
  if (
    /^(Parser|Binder|Catalog|Conversion|Syntax|Invalid Input|Out of Range|Not implemented|Invalid Type) Error/i.test(
      text,
    )
  ) {
    return new PitlaneError('bad-usage', text, { cause: error });
  }
  if (/no space left|disk full|could not write/i.test(text)) {
    return new PitlaneError(
      'disk-full',
      'the catalog cannot be written, the disk is full: free space, then run again',
      {
        cause: error,
      },
    );
  }
  if (/^Permission Error/i.test(text)) return new PitlaneError('refused', text, { cause: error });
  return new PitlaneError('internal', `the catalog failed: ${text}`, { cause: error });
}
