#!/bin/sh
# Builds the console's pages (dist/), or checks them. Done once it is quick: each step is skipped while its inputs are
# unchanged.
#
#   web/setup.sh build    packages and dist/
#   web/setup.sh check    types, Svelte's own checks, eslint, prettier, the tests, and that the client is the one that
#                         the API's description makes
set -eu

here=$(cd "$(dirname "$0")" && pwd)
made="$here/../target/web"
mkdir -p "$made"

say() { printf 'web: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
command -v npm >/dev/null 2>&1 || fail "npm is missing: install Node 20.19 or newer, with npm"
cd "$here"

# The fingerprint of what a step is made from, and of the tool that makes it.
fingerprint() { { node --version; cat "$@"; } | cksum; }
description=../crates/console/openapi.json
sources() { find src public scripts -type f | LC_ALL=C sort; }
# unchanged STEP PRODUCT FINGERPRINT
unchanged() { [ -e "$2" ] && [ "$(cat "$made/$1.done" 2>/dev/null)" = "$3" ]; }
mark() { printf '%s\n' "$2" > "$made/$1.done"; }

packages() {
  print=$(fingerprint package.json package-lock.json)
  unchanged packages node_modules "$print" && return
  say "installing its packages"
  npm ci --loglevel=error >&2
  mark packages "$print"
}

packages
# shellcheck disable=SC2046 # none of our names has a space
print=$(fingerprint package-lock.json index.html vite.config.ts svelte.config.js tsconfig.json $(sources))
case ${1:-build} in
  build)
    unchanged build dist/index.html "$print" && exit 0
    say "building"
    npm run --silent build >&2
    # The program embeds the pages: have it built anew.
    touch "$here/../crates/console/build.rs"
    mark build "$print"
    ;;
  check)
    print="$print $(fingerprint package.json eslint.config.js .prettierrc.json .prettierignore "$description")"
    unchanged check node_modules "$print" && exit 0
    npm run --silent generate:check >&2
    npm run --silent check >&2
    npm run --silent lint >&2
    npm test --silent >&2
    mark check "$print"
    ;;
  *) fail "no such step: $1 (there are: build check)" ;;
esac
