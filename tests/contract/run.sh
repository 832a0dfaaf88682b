#!/bin/sh
# Asks the admin API of the real binary whatever its description allows, and what it does not: schemathesis, with a fixed
# seed and within bounded time. What it needs is installed below target/contract.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
made="$here/../../target/contract"
mkdir -p "$made"
made=$(cd "$made" && pwd)

say() { printf 'contract: %s\n' "$*" >&2; }

command -v python3 >/dev/null 2>&1 || { say "python3 is missing: install Python 3.10 or newer"; exit 1; }
print=$({ python3 --version; cat "$here/requirements.txt"; } | cksum)
if [ "$(cat "$made/done" 2>/dev/null)" != "$print" ]; then
  say "installing schemathesis"
  rm -rf "$made/python"
  python3 -m venv "$made/python" >&2 || { say "python3 cannot make virtual environments: install python3-venv"; exit 1; }
  "$made/python/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.txt" >&2
  printf '%s\n' "$print" > "$made/done"
fi
exec "$made/python/bin/python" "$here/run.py" "$@"
