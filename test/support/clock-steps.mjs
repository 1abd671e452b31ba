/**
 * Loaded before a program by the test of its clock (`node --import`), and by all of its processes and threads: whoever asks
 * for the time is told one that was set by the years of PITLANE_TEST_CLOCK_YEARS, in turn, each for a few askings.
 */
const YEAR_MS = 365 * 86_400_000;
const ASKINGS = 5;
const years = (process.env['PITLANE_TEST_CLOCK_YEARS'] ?? '0').split(',').map(Number);
const now = Date.now;
let asked = 0;
Date.now = () => {
  const turn = Math.floor(asked / ASKINGS) % years.length;
  asked += 1;
  return now() + years[turn] * YEAR_MS;
};
