#!/usr/bin/env bash
# Builds fake-gcs-server, the stand-in for Google Cloud Storage, at an exact version: minutes once, nothing afterwards.
set -euo pipefail
version=1.56.1
services=${PITLANE_SERVICES_DIR:-$(cd "$(dirname "$0")/../../.." && pwd)/.services}
home=$services/gcs-$version

if [ -x "$home/fake-gcs-server" ]; then
  echo "gcs: fake-gcs-server $version is there"
  exit
fi
command -v go >/dev/null || { echo 'gcs: Go is needed to build fake-gcs-server: install it (https://go.dev/dl)' >&2; exit 1; }
echo "gcs: building fake-gcs-server $version (about five minutes)"
mkdir -p "$home"
making=$(mktemp -d "$home/.making-XXXXXX")
trap 'rm -rf "$making"' EXIT
GOBIN=$making go install -p 2 "github.com/fsouza/fake-gcs-server@v$version"
mv "$making/fake-gcs-server" "$home/fake-gcs-server" # whole or not at all
echo "gcs: fake-gcs-server $version is in $home"
