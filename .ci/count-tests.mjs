/**
 * Prints `N passed, N failed, N skipped` from the test report, as the last line of the whole check.
 * It fails when a test failed, when a test file did not load, when the runner or the static checks before it failed, and
 * when nothing ran.
 */
import { existsSync, readFileSync } from 'node:fs';

const [reportPath, staticExit, testsExit] = process.argv.slice(2);
if (!existsSync(reportPath)) {
  console.log('the test runner left no report\n0 passed, 0 failed, 0 skipped');
  process.exit(1);
}
const report = JSON.parse(readFileSync(reportPath, 'utf8'));
const notLoaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
for (const file of notLoaded) console.log(`did not load: ${file.name}`);

if (staticExit !== '0') console.log('format, lint, types or tidy failed: see above');

const failed = report.numFailedTests + notLoaded.length;
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
const ok = failed === 0 && report.numPassedTests > 0 && staticExit === '0' && testsExit === '0';
process.exitCode = ok ? 0 : 1;
