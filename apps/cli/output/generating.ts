/** Generates a drive and says how far it is. */
import { textFromBytes } from '@pitlane/base/units';
import { type GeneratedDrive, type GenerateOptions, generateDrive } from '@pitlane/generator';
import type { CommandContext } from '../command-context.ts';
import { bytesASecond, Pace } from './pace.ts';
import { Rewritten } from './rewritten.ts';

export async function generateWithProgress(options: GenerateOptions, context: CommandContext): Promise<GeneratedDrive> {
  const shown = new Rewritten(context.terminal);
  const pace = new Pace(bytesASecond);
  try {
    return await generateDrive({
      ...options,
      signal: context.signal,
      onProgress({ writtenBytes, fraction }) {
        const total = fraction > 0 ? writtenBytes / fraction : undefined;
        shown.show([['generating', textFromBytes(writtenBytes), ...pace.facts(writtenBytes, total)].join('  ')]);
      },
    });
  } finally {
    shown.clear();
  }
}
