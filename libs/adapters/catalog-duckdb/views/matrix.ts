/** Runs of the matrix, from their results. */

/** Of the normal distribution, for 95 %; with an exponent, so that both engines take it for a FLOAT64. */
const Z = '1.959963984540054e0';

/** The score interval of E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927. */
export const MATRIX_RUNS = `
  SELECT *, passed / jobs AS pass_rate,
    CASE WHEN passed = 0 THEN 0 ELSE (centre - margin) / (1 + ${Z} * ${Z} / jobs) END AS pass_rate_low,
    CASE WHEN passed = jobs THEN 1 ELSE (centre + margin) / (1 + ${Z} * ${Z} / jobs) END AS pass_rate_high
  FROM (
    SELECT *, passed / jobs + ${Z} * ${Z} / (2 * jobs) AS centre,
      ${Z} * sqrt(passed / jobs * (1 - passed / jobs) / jobs + ${Z} * ${Z} / (4e0 * jobs * jobs)) AS margin
    FROM (
      SELECT tenant, run_id, min(name) AS name, min(scenario_sha256) AS scenario_sha256, min(seed) AS seed,
        min(repeats_run) AS repeats_run, make_timestamp(min(started_at_ms) * 1000) AS started_at, min(population) AS population,
        count(*) AS jobs, count(*) FILTER (verdict = 'pass') AS passed, count(*) FILTER (verdict = 'fail') AS failed,
        count(*) FILTER (verdict = 'flaky') AS flaky, count(*) FILTER (verdict = 'error') AS errors,
        sum(messages) AS messages, min(object) AS object
      FROM event.matrix_rows GROUP BY tenant, run_id
    )
  )`;
