#!/bin/sh
# Installs what the console's tests need: their packages, and what tests/sdk/setup.sh installs for the web SDK (the SDK
# itself and a Chromium). Done once it is quick: it is skipped while its inputs are unchanged.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
"$here/../sdk/setup.sh" web

made="$here/../../target/sdk"
print=$({ node --version; cat "$here/package.json" "$here/package-lock.json"; } | cksum)
[ -e "$here/node_modules" ] && [ "$(cat "$made/console.done" 2>/dev/null)" = "$print" ] && exit 0
printf 'console setup: installing its packages\n' >&2
(cd "$here" && npm ci --loglevel=error >&2)
printf '%s\n' "$print" > "$made/console.done"
