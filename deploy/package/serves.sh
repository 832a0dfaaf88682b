#!/usr/bin/env bash
# Starts the server that is installed in ROOT as USER, with these arguments of `serve`, on a loopback of its own: it must become ready,
# take an event, and end in order when it is told to. With READ_ONLY it can write nowhere but below its data folder, which is
# empty then, and mounted with the options VOLUME. ENVIRONMENT names a file of variables for it.
#
#   deploy/package/serves.sh ROOT USER:GROUP [ARGUMENT…]
set -euo pipefail

if [ -z "${INSIDE:-}" ]; then
  INSIDE=1 exec unshare --mount --net --pid --fork --kill-child "$0" "$@"
fi

root=$1 user=$2
shift 2
ip link set lo up
if [ -n "${READ_ONLY:-}" ]; then
  mount --bind "$root" "$root"
  mount -o remount,bind,ro "$root"
  mount -t tmpfs -o "${VOLUME:-mode=0700,uid=${user%:*},gid=${user#*:}}" tmpfs "$root/var/lib/rapport"
fi
mount -t proc proc "$root/proc"

# The program in its root, as its user, with the environment that its image has.
variables=()
if [ -n "${ENVIRONMENT:-}" ]; then mapfile -t variables < "$ENVIRONMENT"; fi
rapport=(env -i PATH=/usr/sbin:/usr/bin RAPPORT_JOURNAL__PATH=/var/lib/rapport RAPPORT_SOURCES__0__NAME=website RAPPORT_SOURCES__0__KIND=web
  RAPPORT_SOURCES__0__WRITE_KEY=key "${variables[@]}" chroot --userspec="$user" "$root" /usr/bin/rapport)

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"${rapport[@]}" serve "$@" 2>"$log" &
server=$!
for _ in $(seq 100); do
  said=$("${rapport[@]}" health "$@" 2>&1) && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
[ "$said" = ready ] || { printf '%s\n' "$said" >&2; cat "$log" >&2; exit 1; }
event='{"userId":"u1","context":{"traits":{"email":"u1@example.com"}}}'
curl --silent --show-error --fail --user key: --data "$event" http://127.0.0.1:8080/v1/identify >/dev/null
"${rapport[@]}" status "$@" | grep '^1 event accepted'
kill -TERM "$server"
wait "$server"
