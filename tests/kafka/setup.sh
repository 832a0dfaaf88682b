#!/bin/sh
# Fetches the Kafka broker that the tests run (its version is in pom.xml), and checks that what compiles librdkafka is
# there. It takes some ten seconds the first time and is quick afterwards. Everything that it makes lies below target/kafka.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
made="$here/../../target/kafka"
mkdir -p "$made"
made=$(cd "$made" && pwd)

say() { printf 'kafka setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: $2"; }

need java "install Java 17 or newer"
need mvn "install Maven"
need cc "install a C compiler (Debian: build-essential)"
need c++ "install a C++ compiler (Debian: build-essential)"
need make "install make (Debian: build-essential)"
printf '#include <openssl/ssl.h>\n' | cc -E - >/dev/null 2>&1 ||
  fail "the headers of OpenSSL are missing: install them (Debian: libssl-dev)"

java_version=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
[ "${java_version:-0}" -ge 17 ] || fail "the broker needs Java 17 or newer, and this is ${java_version:-unknown}"

print=$({ printf '%s\n' "$java_version"; cat "$here/pom.xml"; } | cksum)
if [ ! -d "$made/libs" ] || [ "$(cat "$made/broker.done" 2>/dev/null)" != "$print" ]; then
  say "fetching the broker"
  rm -rf "$made/libs"
  mvn --quiet --batch-mode --file "$here/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$made/libs" >&2
  printf '%s\n' "$print" > "$made/broker.done"
fi
