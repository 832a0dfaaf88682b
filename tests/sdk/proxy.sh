#!/bin/sh
# Runs a proxy: the machine's own program, else the one that setup.sh unpacked.
#
#   tests/sdk/proxy.sh nginx|caddy|haproxy [the proxy's own arguments]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root="$here/../../target/sdk/proxies"
name=$1
shift

# Debian keeps servers where only root's search path looks.
PATH="$PATH:/usr/sbin:/sbin"
if ! command -v "$name" >/dev/null 2>&1; then
  [ -e "$root" ] || { printf 'proxy.sh: %s is not installed: run tests/sdk/setup.sh proxies first\n' "$name" >&2; exit 3; }
  PATH="$root/usr/sbin:$root/usr/bin:$PATH"
  LD_LIBRARY_PATH=$(find "$root/usr/lib" -maxdepth 1 -type d -name '*-linux-*' | head -n 1)
  export LD_LIBRARY_PATH
fi
exec "$name" "$@"
