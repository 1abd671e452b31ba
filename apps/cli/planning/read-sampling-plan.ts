/** The text of a sampling plan from its file, looked at before a node is asked: its faults name the file. */
import { readFile } from 'node:fs/promises';
import { messageOf, PitlaneError } from '@pitlane/base/errors';
import { samplingPlanFromText } from '@pitlane/contracts/dataset';

export async function readPlan(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PitlaneError('not-found', `the sampling plan ${path} cannot be read: ${messageOf(cause)}`, { cause });
  });
  samplingPlanFromText(text, path);
  return text;
}
