/** fake-gcs-server in the place of Google Cloud Storage. */
import { answerOf } from '../frame/answers.mjs';

export default {
  name: 'gcs',
  ports: { http: 'PITLANE_GCS_PORT' },
  async ready({ ports, signal }) {
    const buckets = await answerOf(`http://127.0.0.1:${ports.http}/storage/v1/b?project=p1`, signal);
    if (buckets.kind !== 'storage#buckets') throw new Error(`it lists ${buckets.kind} in the place of buckets`);
  },
  variables: ({ ports }) => ({ PITLANE_TEST_GCS: `http://127.0.0.1:${ports.http}` }),
};
