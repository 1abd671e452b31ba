#!/usr/bin/env bash
# Makes the Python that the cross-reader tests use, under .cache/python (git-ignored), at pinned versions.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=.cache/python
wanted=test/support/python-requirements.txt
if ! cmp --silent "$wanted" "$venv/installed.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/installed.txt"
fi
echo "$PWD/$venv/bin/python"
