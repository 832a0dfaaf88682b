#!/bin/sh
# Tests the alert rules of deploy/prometheus with Prometheus' own promtool, which Debian's package `prometheus` brings.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
rules="$here/../../deploy/prometheus"

say() { printf 'alert rules: %s\n' "$*" >&2; }

if ! command -v promtool >/dev/null 2>&1; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "promtool is missing: install Debian's package prometheus, or Prometheus itself"
    exit 1
  fi
  say "installing promtool (Debian's package prometheus)"
  # The server that comes with it is not started: only the tool is wanted.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends prometheus >&2
fi

cd "$rules"
promtool check rules rapport.rules.yml
promtool test rules rapport.rules.test.yml
