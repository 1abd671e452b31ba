/** Generates a drive and says how far it is. */
import { textFromBytes } from '@pitlane/base/units';
import { type GeneratedDrive, type GenerateOptions, generateDrive } from '@pitlane/generator';
import type { CommandContext } from '../command-context.ts';
import { Rewritten } from './rewritten.ts';

export async function generateWithProgress(options: GenerateOptions, context: CommandContext): Promise<GeneratedDrive> {
  const shown = new Rewritten(context.terminal);
  try {
    return await generateDrive({
      ...options,
      signal: context.signal,
      onProgress: ({ writtenBytes, fraction }) =>
        shown.show([`generating  ${String(Math.round(fraction * 100)).padStart(3)} %  ${textFromBytes(writtenBytes)}`]),
    });
  } finally {
    shown.clear();
  }
}
