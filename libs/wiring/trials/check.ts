/** The result of a case in plain words, and a contract run to its end or to the signal. */
import { isPitlaneError, messageOf } from '@pitlane/base/errors';

/** As a port writes its cases down. */
interface ContractCase<Subject> {
  readonly name: string;
  run(subject: Subject): Promise<void>;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What is wrong and what to do about it; of a check that is ok what was found, or nothing. */
  readonly text: string;
}

/** Runs the cases one after another; ends before the next once the signal aborts. */
export async function* tryCases<Subject>(
  port: string,
  contract: readonly ContractCase<Subject>[],
  subject: Subject,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  for (const contractCase of contract) {
    if (signal.aborted) return;
    yield await checked(`${port} ${contractCase.name}`, () => contractCase.run(subject));
  }
}

/** @param lacking what to add where a right is missing */
export async function checked(name: string, work: () => Promise<unknown>, lacking = ''): Promise<Check> {
  try {
    await work();
    return { name, ok: true, text: '' };
  } catch (error) {
    const rights = lacking !== '' && isPitlaneError(error, 'refused') ? `; it lacks the right ${lacking}` : '';
    return { name, ok: false, text: messageOf(error) + rights };
  }
}

/** @param what is left behind when it could not be removed, told with the reason */
export async function cleared(name: string, work: () => Promise<unknown>, what: string, lacking = ''): Promise<Check> {
  const check = await checked(name, work, lacking);
  return check.ok
    ? check
    : { ...check, text: `${check.text}; what is there of ${what} is left behind: remove it by hand` };
}

/** A store that cannot even be opened is a failed check, which hides nothing of the other stores. */
export async function* opening(port: string, checks: () => AsyncIterable<Check>): AsyncGenerator<Check> {
  try {
    yield* checks();
  } catch (error) {
    yield { name: `${port} can be tried`, ok: false, text: messageOf(error) };
  }
}
