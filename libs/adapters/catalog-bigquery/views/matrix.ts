/** Runs of the matrix, from their results. */

/** Of the normal distribution, for 95 %; with an exponent, so that both engines take it for a FLOAT64. */
const Z = '1.959963984540054e0';

/** The score interval of E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927. */
export const MATRIX_RUNS = `
  SELECT *, passed / jobs AS pass_rate,
    IF(passed = 0, 0, (centre - margin) / (1 + ${Z} * ${Z} / jobs)) AS pass_rate_low,
    IF(passed = jobs, 1, (centre + margin) / (1 + ${Z} * ${Z} / jobs)) AS pass_rate_high
  FROM (
    SELECT *, passed / jobs + ${Z} * ${Z} / (2 * jobs) AS centre,
      ${Z} * SQRT(passed / jobs * (1 - passed / jobs) / jobs + ${Z} * ${Z} / (4e0 * jobs * jobs)) AS margin
    FROM (
      SELECT tenant, run_id, MIN(name) AS name, MIN(scenario_sha256) AS scenario_sha256, MIN(seed) AS seed,
        MIN(repeats_run) AS repeats_run, TIMESTAMP_MILLIS(MIN(started_at_ms)) AS started_at, MIN(population) AS population,
        COUNT(*) AS jobs, COUNTIF(verdict = 'pass') AS passed, COUNTIF(verdict = 'fail') AS failed,
        COUNTIF(verdict = 'flaky') AS flaky, COUNTIF(verdict = 'error') AS errors,
        SUM(messages) AS messages, MIN(object) AS object
      FROM step_matrix_rows GROUP BY tenant, run_id
    )
  )`;
