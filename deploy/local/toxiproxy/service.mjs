/** toxiproxy, for faults of the network between a client and a service. */
import { answerOf } from '../frame/answers.mjs';

export default {
  name: 'toxiproxy',
  ports: { http: 'PITLANE_TOXIPROXY_PORT' },
  async ready({ ports, signal }) {
    await answerOf(`http://127.0.0.1:${ports.http}/proxies`, signal);
  },
  variables: ({ ports }) => ({ PITLANE_TEST_TOXIPROXY: `http://127.0.0.1:${ports.http}` }),
};
