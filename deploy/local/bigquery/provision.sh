#!/usr/bin/env bash
# Installs bqemulator, the stand-in for BigQuery, in a Python of its own at exact versions: two minutes once, nothing afterwards.
set -euo pipefail
version=1.4.0
duckdb=1.5.5 # the emulator alone would take 2.0, for which no spatial extension is packaged, and would not start
sqlglot=30.11.0 # the compiled half of the emulator's SQL parser: half the time of every query
services=${PITLANE_SERVICES_DIR:-$(cd "$(dirname "$0")/../../.." && pwd)/.services}
home=$services/bigquery-$version

if [ -e "$home/complete" ]; then
  echo "bigquery: bqemulator $version is there"
  exit
fi
command -v python3 >/dev/null || { echo 'bigquery: python3 is needed for bqemulator: install it' >&2; exit 1; }
echo "bigquery: installing bqemulator $version (about two minutes, 600 MB)"
# A folder without `complete` is half an installation. Python's own folders cannot be moved, so it is made in its place.
rm -rf "$home"
mkdir -p "$home/home"
python3 -m venv "$home/python"
"$home/python/bin/pip" install --quiet --disable-pip-version-check \
  "bqemulator==$version" numpy "duckdb==$duckdb" "sqlglot==$sqlglot" "sqlglotc==$sqlglot"
"$home/python/bin/pip" install --quiet --disable-pip-version-check \
  "duckdb-extensions==$duckdb" "duckdb-extension-spatial==$duckdb" "duckdb-extension-icu==$duckdb"
HOME=$home/home "$home/python/bin/python" -c \
  'from duckdb_extensions import import_extension as get; get("spatial"); get("icu")'
touch "$home/complete"
echo "bigquery: bqemulator $version is in $home"
