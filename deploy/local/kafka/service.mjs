/** Apache Kafka itself: one broker. */
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';

export default {
  name: 'kafka',
  ports: {
    plain: 'PITLANE_KAFKA_PORT',
    controller: 'PITLANE_KAFKA_CONTROLLER_PORT',
    scram: 'PITLANE_KAFKA_SASL_SSL_PORT',
    mutual: 'PITLANE_KAFKA_SSL_PORT',
    // A proxy for faults listens on `proxy`, which the broker advertises, and passes on to `proxied`.
    proxied: 'PITLANE_KAFKA_PROXIED_PORT',
    proxy: 'PITLANE_KAFKA_PROXY_PORT',
  },
  async ready({ ports }) {
    const client = new Kafka({
      brokers: [`127.0.0.1:${ports.plain}`],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      connectionTimeout: 1000,
      requestTimeout: 5000,
    });
    const admin = client.admin();
    try {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      if (brokers.length !== 1) throw new Error(`it lists ${brokers.length} brokers`);
    } finally {
      await admin.disconnect();
    }
  },
  variables: ({ ports, data }) => ({
    PITLANE_TEST_KAFKA: `127.0.0.1:${ports.plain}`,
    PITLANE_TEST_KAFKA_SASL_SSL: `127.0.0.1:${ports.scram}`,
    PITLANE_TEST_KAFKA_SSL: `127.0.0.1:${ports.mutual}`,
    PITLANE_TEST_KAFKA_PROXIED: `127.0.0.1:${ports.proxied}`,
    PITLANE_TEST_KAFKA_PROXY: `127.0.0.1:${ports.proxy}`,
    // Certificates, keys and passwords: see make-certificates.sh.
    PITLANE_TEST_KAFKA_TLS: path.join(data, 'tls'),
  }),
};
