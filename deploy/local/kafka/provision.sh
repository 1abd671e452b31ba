#!/usr/bin/env bash
# Fetches the jars of Apache Kafka by Maven, as pom.xml pins them: about a minute and 60 MB once, nothing afterwards.
set -euo pipefail
version=3.9.1
here=$(cd "$(dirname "$0")" && pwd)
services=${PITLANE_SERVICES_DIR:-$(cd "$here/../../.." && pwd)/.services}
home=$services/kafka-$version

# Installs a Debian package when the command it brings is missing.
need() {
  if command -v "$1" >/dev/null; then return; fi
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then sudo=(sudo); fi
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"
}

need java default-jre-headless
need openssl openssl
if [ -d "$home/jars" ]; then
  echo "kafka: Apache Kafka $version is there"
  exit
fi
need mvn maven
echo "kafka: fetching Apache Kafka $version"
mkdir -p "$home"
making=$(mktemp -d "$home/.making-XXXXXX")
trap 'rm -rf "$making"' EXIT
mvn -q -B -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
  "-Dkafka.version=$version" "-DoutputDirectory=$making/jars"
mv "$making/jars" "$home/jars" # whole or not at all
echo "kafka: Apache Kafka $version is in $home"
