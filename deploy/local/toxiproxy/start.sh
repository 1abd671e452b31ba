#!/usr/bin/env bash
# Runs toxiproxy in the foreground. It opens no proxy by itself: tests ask for theirs over its HTTP port.
set -euo pipefail
version=2.5.0
services=${PITLANE_SERVICES_DIR:-$(cd "$(dirname "$0")/../../.." && pwd)/.services}
port=${PITLANE_TOXIPROXY_PORT:-8474}

server=$services/toxiproxy-$version/toxiproxy-server
[ -x "$server" ] ||
  { echo "toxiproxy: $server is missing: run node deploy/local/services.mjs provision toxiproxy" >&2; exit 1; }
exec "$server" -host 127.0.0.1 -port "$port"
