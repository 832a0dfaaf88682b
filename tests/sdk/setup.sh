#!/bin/sh
# Installs what the programs of this folder need: the official RudderStack SDKs at their pinned versions, a
# Chromium for the web one, and the proxies that their traffic goes through. Done once it is quick: each part is skipped while its inputs are unchanged.
#
#   tests/sdk/setup.sh              everything
#   tests/sdk/setup.sh usual        everything but the Firefox
#   tests/sdk/setup.sh node go      only these parts; a wrong name lists them
#
# Everything made lies below target/sdk and target/sdk-rust, but for the two node_modules folders, which Node
# wants beside the program.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
made="$here/../../target/sdk"
mkdir -p "$made"
made=$(cd "$made" && pwd)
rust_target="$(dirname "$made")/sdk-rust"

say() { printf 'sdk setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: $2"; }

# The fingerprint of a part: its inputs and the version of the tool that made it.
fingerprint() {
  tool=$1
  shift
  { printf '%s\n' "$tool"; cat "$@"; } | cksum
}
# done_already PART PRODUCT FINGERPRINT
done_already() { [ -e "$2" ] && [ "$(cat "$made/$1.done" 2>/dev/null)" = "$3" ]; }
mark_done() { printf '%s\n' "$2" > "$made/$1.done"; }

# node_part PART: the packages of its lock file, and nothing else. Install scripts stay off (see .npmrc).
node_part() {
  need node "install Node 20 or newer"
  need npm "install npm (it comes with Node)"
  dir="$here/$1"
  print=$(fingerprint "$(node --version)" "$dir/package.json" "$dir/package-lock.json")
  done_already "$1" "$dir/node_modules" "$print" && return
  say "$1: installing its packages"
  (cd "$dir" && npm ci --loglevel=error >&2)
  mark_done "$1" "$print"
}

# python_part PART: the packages of its requirements, in an environment of its own.
python_part() {
  need python3 "install Python 3.10 or newer"
  venv="$made/$1"
  print=$(fingerprint "$(python3 --version)" "$here/$1/requirements.txt")
  done_already "$1" "$venv/bin/python" "$print" && return
  say "$1: installing its packages"
  rm -rf "$venv"
  if ! python3 -m venv "$venv" >&2; then
    rm -rf "$venv"
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 ||
      fail "python3 cannot make virtual environments: install python3-venv"
    apt_install python3-venv
    python3 -m venv "$venv" >&2
  fi
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r "$here/$1/requirements.txt" >&2
  mark_done "$1" "$print"
}

# go_part PART: its program, built from the versions that go.sum names.
go_part() {
  need go "install Go 1.22 or newer"
  print=$(fingerprint "$(go version)" "$here/$1/go.mod" "$here/$1/go.sum" "$here/$1/main.go")
  done_already "$1" "$made/drive-$1" "$print" && return
  say "$1: building"
  (cd "$here/$1" && go build -mod=readonly -o "$made/drive-$1" .) >&2
  mark_done "$1" "$print"
}

java_part() {
  need mvn "install Maven, and Java 11 or newer"
  print=$(fingerprint "$(mvn --version | sed -n 1p)" "$here"/java/pom.xml "$here"/java/src/main/java/drive/*.java)
  done_already java "$made/java/classes" "$print" && return
  say "java: building"
  rm -rf "$made/java"
  mvn --quiet --batch-mode --file "$here/java/pom.xml" "-DbuildDirectory=$made/java" \
    compile dependency:copy-dependencies "-DoutputDirectory=$made/java/libraries" >&2
  mark_done java "$print"
}

rust_part() {
  need cargo "install Rust"
  rust="$here/rust"
  print=$(fingerprint "$(cargo --version)" "$rust/Cargo.toml" "$rust/Cargo.lock" "$rust/src/main.rs")
  done_already rust "$rust_target/debug/rapport-sdk-drive-rust" "$print" && return
  say "rust: building"
  cargo build --quiet --locked --manifest-path "$rust/Cargo.toml" --target-dir "$rust_target" >&2
  mark_done rust "$print"
}

apt_install() {
  say "installing the package $1"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"; } >&2 ||
    fail "apt-get could not install $1"
}

# The path of a usable Chromium goes to a file, so that run.sh and setup.sh never disagree.
chromium_part() {
  found=
  for candidate in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      found=$candidate
      break
    fi
  done
  if [ -z "$found" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
      apt_install chromium
      found=/usr/bin/chromium
    else
      fail "no Chromium: install it (Debian: sudo apt-get install --no-install-recommends chromium)," \
        "or set CHROMIUM to the path of one"
    fi
  fi
  printf '%s\n' "$found" > "$made/chromium.path"
}

# The proxies of deploy/proxy. Debian's packages are unpacked, not installed: installing one starts a server.
proxies_part() {
  missing=
  for name in nginx caddy haproxy; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "$name" >/dev/null 2>&1 || missing="$missing $name"
  done
  [ -n "$missing" ] || return 0
  root="$made/proxies"
  print=$(fingerprint "$missing" /dev/null)
  done_already proxies "$root" "$print" && return
  command -v apt-get >/dev/null 2>&1 || fail "install these first:$missing"
  say "proxies: unpacking$missing"
  rm -rf "$root" "$made/proxies.debs"
  mkdir -p "$root" "$made/proxies.debs"
  [ "$(id -u)" != 0 ] || apt-get update -qq >&2
  # The libraries that these programs need and this machine lacks.
  # shellcheck disable=SC2086 # lists of names without spaces
  libraries=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances $missing | grep -E '^lib' | sort -u | while read -r name; do
      dpkg -s "$name" >/dev/null 2>&1 || printf '%s\n' "$name"
    done)
  # shellcheck disable=SC2086
  (cd "$made/proxies.debs" && apt-get download -qq $missing $libraries >&2) || fail "apt-get cannot download$missing"
  for package in "$made"/proxies.debs/*.deb; do dpkg -x "$package" "$root"; done
  mark_done proxies "$print"
}

# A Firefox beside the Chromium, for the tests of `make test-clients`.
firefox_part() {
  found=
  for candidate in "${FIREFOX:-}" /usr/bin/firefox-esr /usr/bin/firefox; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      found=$candidate
      break
    fi
  done
  if [ -z "$found" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
      apt_install firefox-esr
      found=/usr/bin/firefox-esr
    else
      fail "no Firefox: install it (Debian: sudo apt-get install --no-install-recommends firefox-esr)," \
        "or set FIREFOX to the path of one"
    fi
  fi
  printf '%s\n' "$found" > "$made/firefox.path"
}

# What `make test` needs; a Firefox is for `make test-clients`.
usual="node python go rust web java service-worker segment-node segment-python segment-go tap-wootric proxies"
all="$usual firefox"
# shellcheck disable=SC2086 # a list of names without spaces
[ $# -gt 0 ] || set -- $all
# shellcheck disable=SC2086
[ "$*" != usual ] || set -- $usual
for part in "$@"; do
  case $part in
    node | service-worker | segment-node) node_part "$part" ;;
    python | segment-python | tap-wootric) python_part "$part" ;;
    go | segment-go) go_part "$part" ;;
    java) java_part ;;
    rust) rust_part ;;
    web)
      node_part web
      chromium_part
      ;;
    firefox) firefox_part ;;
    proxies) proxies_part ;;
    *) fail "no such part: $part (there are: $all)" ;;
  esac
done
