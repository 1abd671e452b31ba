/** bqemulator in the place of BigQuery. */
import { answerOf } from '../frame/answers.mjs';

export default {
  name: 'bigquery',
  ports: { http: 'PITLANE_BIGQUERY_PORT', grpc: 'PITLANE_BIGQUERY_GRPC_PORT' },
  async ready({ ports, signal }) {
    const datasets = await answerOf(`http://127.0.0.1:${ports.http}/bigquery/v2/projects/p1/datasets`, signal);
    if (datasets.kind !== 'bigquery#datasetList') throw new Error(`it lists ${datasets.kind} in the place of datasets`);
  },
  variables: ({ ports }) => ({ PITLANE_TEST_BIGQUERY: `http://127.0.0.1:${ports.http}` }),
};
