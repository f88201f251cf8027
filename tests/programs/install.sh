#!/usr/bin/env bash
# Puts what the foreign programs of the tests need beside them: the packages of requirements.txt
# (PyNaCl, cryptography, ML-KEM in Python, websockets) into .venv,
# ws and tweetnacl into node_modules. Does nothing when both are as the lock files say.
set -euo pipefail
cd "$(dirname "$0")"

missing() { echo "tests/programs: $1" >&2; exit 1; }
command -v node >/dev/null || missing "Node 20 or newer is needed (nodejs.org or your system's packages)"
command -v npm >/dev/null || missing "npm is needed (it comes with Node)"
command -v python3 >/dev/null || missing "Python 3.9 or newer is needed"

# The stamp holds the lock file that was installed, so a change of the lock installs again.
if ! cmp -s requirements.txt .venv/installed.txt; then
  echo "tests/programs: installing the packages of requirements.txt into .venv"
  rm -rf .venv
  python3 -m venv .venv || missing "python3 cannot make a virtual environment (Debian: apt-get install python3-venv)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
  cp requirements.txt .venv/installed.txt
fi

for folder in guide-relay tweetnacl; do
  if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/installed.json"; then
    echo "tests/programs: installing the npm packages of $folder"
    npm --prefix "$folder" ci --no-audit --no-fund --silent
    cp "$folder/package-lock.json" "$folder/node_modules/installed.json"
  fi
done
