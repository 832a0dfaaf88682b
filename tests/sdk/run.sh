#!/bin/sh
# Runs one official SDK's program against a data plane. After setup.sh.
#
#   tests/sdk/run.sh SDK --url URL --write-key KEY --user-id ID --email ADDRESS [the SDK's own options]
#
# SDK        own options
# node
# python
# go
# rust       --shape single|batch
# web        --browser chromium|firefox   --control-plane URL   --transport xhr|beacon   --sdk present|former|segment   --time-limit SECONDS
# java
# service-worker
# segment-node
# segment-python
# segment-go
# segment-java
#
#   tests/sdk/run.sh tap-wootric --url URL --client-id ID --client-secret SECRET --start-date TIME
#
# reads what InMoment, or who stands in for it, has, instead of sending to a data plane.
#
# Each identifies the user and tracks one survey response, then waits until its SDK says what became of them.
# Exit code: 0 the SDK reports success, 1 it reports a failure (told on standard error), 2 wrong use,
# 3 not installed yet, 124 not done after two minutes (some SDKs repeat a failed request far longer).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target="$here/../../target"

need() {
  [ -e "$1" ] && return
  printf 'run.sh: %s is not installed yet: run tests/sdk/setup.sh first\n' "$sdk" >&2
  exit 3
}

# With its own process group a program could not read a terminal's input, which the beacon run waits for.
limited() {
  if command -v timeout >/dev/null 2>&1; then
    exec timeout --foreground --kill-after=5 120 "$@"
  fi
  exec "$@"
}

if [ $# -eq 0 ]; then
  sed -n '4,23p' "$0" | cut -c3- >&2
  exit 2
fi
sdk=$1
shift

# A proxy of the machine is for the outside world; every SDK here honours these names.
NO_PROXY="127.0.0.1,localhost${NO_PROXY:+,$NO_PROXY}"
no_proxy=$NO_PROXY
export NO_PROXY no_proxy

case $sdk in
  node | service-worker | segment-node)
    need "$here/$sdk/node_modules"
    limited node "$here/$sdk/drive.mjs" "$@"
    ;;
  python | segment-python | tap-wootric)
    need "$target/sdk/$sdk.done"
    limited "$target/sdk/$sdk/bin/python" "$here/$sdk/drive.py" "$@"
    ;;
  go | segment-go)
    need "$target/sdk/drive-$sdk"
    limited "$target/sdk/drive-$sdk" "$@"
    ;;
  java)
    need "$target/sdk/java.done"
    limited java -cp "$target/sdk/java/classes:$target/sdk/java/libraries/*" drive.Drive "$@"
    ;;
  segment-java)
    need "$target/sdk/java.done"
    limited java -cp "$target/sdk/java/classes:$target/sdk/java/libraries/*" drive.DriveSegment "$@"
    ;;
  rust)
    need "$target/sdk-rust/debug/rapport-sdk-drive-rust"
    limited "$target/sdk-rust/debug/rapport-sdk-drive-rust" "$@"
    ;;
  web)
    need "$here/web/node_modules"
    browser=chromium
    case " $* " in *" --browser firefox "*) browser=firefox ;; esac
    need "$target/sdk/$browser.path"
    limited node "$here/web/drive.mjs" --program "$(cat "$target/sdk/$browser.path")" "$@"
    ;;
  *)
    printf 'run.sh: no such SDK: %s (there are: node python go rust web java service-worker segment-node segment-python segment-go segment-java tap-wootric)\n' "$sdk" >&2
    exit 2
    ;;
esac
