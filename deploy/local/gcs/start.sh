#!/usr/bin/env bash
# Runs the stand-in for Google Cloud Storage in the foreground, on loopback only; each bucket is a folder of its data.
set -euo pipefail
version=1.56.1
services=${PITLANE_SERVICES_DIR:-$(cd "$(dirname "$0")/../../.." && pwd)/.services}
data=${PITLANE_SERVICES_DATA:-$services/data}/gcs
port=${PITLANE_GCS_PORT:-4443}

server=$services/gcs-$version/fake-gcs-server
[ -x "$server" ] || { echo "gcs: $server is missing: run node deploy/local/services.mjs provision gcs" >&2; exit 1; }
mkdir -p "$data"
# The public host is what the store puts into its links: the client's own address, so that it finds its way back.
exec "$server" -scheme http -host 127.0.0.1 -port "$port" -public-host "127.0.0.1:$port" \
  -external-url "http://127.0.0.1:$port" -backend filesystem -filesystem-root "$data" -log-level warn
