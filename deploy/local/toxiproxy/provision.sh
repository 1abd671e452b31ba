#!/usr/bin/env bash
# Builds toxiproxy, which stands between a client and a service and spoils their connection, at an exact version.
set -euo pipefail
version=2.5.0
services=${PITLANE_SERVICES_DIR:-$(cd "$(dirname "$0")/../../.." && pwd)/.services}
home=$services/toxiproxy-$version

if [ -x "$home/toxiproxy-server" ]; then
  echo "toxiproxy: toxiproxy $version is there"
  exit
fi
command -v go >/dev/null || { echo 'toxiproxy: Go is needed to build it: install it (https://go.dev/dl)' >&2; exit 1; }
echo "toxiproxy: building toxiproxy $version (about a minute)"
mkdir -p "$home"
making=$(mktemp -d "$home/.making-XXXXXX")
trap 'rm -rf "$making"' EXIT
GOBIN=$making go install -p 2 "github.com/Shopify/toxiproxy/v2/cmd/server@v$version"
mv "$making/server" "$home/toxiproxy-server" # whole or not at all
echo "toxiproxy: toxiproxy $version is in $home"
