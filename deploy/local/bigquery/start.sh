#!/usr/bin/env bash
# Runs the stand-in for BigQuery in the foreground, on loopback only, with nothing kept. `gs://bucket/name` reads what the
# stand-in for Google Cloud Storage holds, whose folder is the data of the service gcs.
set -euo pipefail
version=1.4.0
services=${PITLANE_SERVICES_DIR:-$(cd "$(dirname "$0")/../../.." && pwd)/.services}
data=${PITLANE_SERVICES_DATA:-$services/data}
port=${PITLANE_BIGQUERY_PORT:-9050}
grpc_port=${PITLANE_BIGQUERY_GRPC_PORT:-9060}

home=$services/bigquery-$version
[ -e "$home/complete" ] || { echo "bigquery: $home is missing: run node deploy/local/services.mjs provision bigquery" >&2; exit 1; }
mkdir -p "$data/bigquery" "$data/gcs"
cd "$data/bigquery"
# DuckDB looks for its extensions below HOME.
HOME=$home/home BQEMU_GCS_LOCAL_ROOT=${PITLANE_GCS_ROOT:-$data/gcs} exec "$home/python/bin/bqemulator" start --ephemeral \
  --project p1 --rest-host 127.0.0.1 --rest-port "$port" --grpc-host 127.0.0.1 --grpc-port "$grpc_port" --log-level warning
