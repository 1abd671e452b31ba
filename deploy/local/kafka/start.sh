#!/usr/bin/env bash
# Runs one Apache Kafka broker (KRaft, its own controller) in the foreground, on loopback only.
# Listeners: plain, SCRAM-SHA-512 over TLS, TLS with client certificates, and a plain one that advertises another port,
# where a proxy for faults may listen. A data folder that is used again goes on where it stopped, also after a kill -9.
set -euo pipefail
version=3.9.1
here=$(cd "$(dirname "$0")" && pwd)
services=${PITLANE_SERVICES_DIR:-$(cd "$here/../../.." && pwd)/.services}
data=${PITLANE_SERVICES_DATA:-$services/data}/kafka
plain=${PITLANE_KAFKA_PORT:-9092}
controller=${PITLANE_KAFKA_CONTROLLER_PORT:-9093}
scram=${PITLANE_KAFKA_SASL_SSL_PORT:-9094}
mutual=${PITLANE_KAFKA_SSL_PORT:-9095}
# Where SCRAM users are told to connect: another port when a proxy stands there.
scram_proxy=${PITLANE_KAFKA_SASL_SSL_PROXY_PORT:-$scram}
proxied=${PITLANE_KAFKA_PROXIED_PORT:-9096}
proxy=${PITLANE_KAFKA_PROXY_PORT:-19096}

jars=$services/kafka-$version/jars
[ -d "$jars" ] || { echo "kafka: $jars is missing: run node deploy/local/services.mjs provision kafka" >&2; exit 1; }
mkdir -p "$data"
bash "$here/make-certificates.sh" "$data/tls"
cat > "$data/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$plain,PROXY://127.0.0.1:$proxied,SASL_SSL://127.0.0.1:$scram,SSL://127.0.0.1:$mutual,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$plain,PROXY://127.0.0.1:$proxy,SASL_SSL://127.0.0.1:$scram_proxy,SSL://127.0.0.1:$mutual
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXY:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
# Without this line the broker stops at start.
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location=$data/tls/broker-store.pem
ssl.truststore.type=PEM
ssl.truststore.location=$data/tls/ca.pem
listener.name.ssl.ssl.client.auth=required
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:garage-2;User:CN=garage-1
log.dirs=$data/log
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
PROPERTIES

run=(java -Xmx512m -XX:TieredStopAtLevel=1 "-Dlog4j.configuration=file:$here/log4j.properties" -cp "$jars/*")
if [ ! -f "$data/log/meta.properties" ]; then
  cluster=$("${run[@]}" kafka.tools.StorageTool random-uuid | tail -n 1)
  "${run[@]}" kafka.tools.StorageTool format -t "$cluster" -c "$data/server.properties" \
    --add-scram "SCRAM-SHA-512=[name=garage-2,password=$(cat "$data/tls/garage-2.password")]" \
    --add-scram "SCRAM-SHA-512=[name=stranger,password=$(cat "$data/tls/stranger.password")]"
fi
exec "${run[@]}" kafka.Kafka "$data/server.properties"
