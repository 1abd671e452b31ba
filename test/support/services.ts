/**
 * Says where the services that `deploy/local` starts are found. It stands between the tests of cloud adapters and the
 * variables by which they are told, so that every skip is announced in the same words. It never skips in CI: there a
 * missing service is a fault of the machine, and it throws.
 */
const announced = new Set<string>();

/** The variable's value, or undefined: the suite is then skipped by `describe.skipIf`, and that is said on stderr. */
export function serviceAt(variable: `PITLANE_TEST_${string}`): string | undefined {
  const endpoint = process.env[variable];
  if (endpoint !== undefined && endpoint !== '') return endpoint;
  const next = 'run the tests inside `node deploy/local/services.mjs run -- …`';
  if (process.env['CI'] === 'true') throw new Error(`${variable} is not set: ${next}`);
  if (!announced.has(variable)) {
    announced.add(variable);
    process.stderr.write(`SKIPPING the tests that need ${variable}: it is not set; ${next}\n`);
  }
  return undefined;
}
