#!/usr/bin/env bash
# Boots the Debian in ROOT, in which /root/rapport.deb is installed, with its systemd in namespaces of its own, and has systemd start,
# reload, upgrade, stop and remove the server: so the unit's sandbox and the package's scripts are in force. It needs a kernel that
# lets root mount a control group.
#
#   deploy/package/boots.sh ROOT
set -euo pipefail

if [ "${INSIDE:-}" = 1 ]; then
  root=$1
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs sysfs "$root/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs tmpfs "$root/run"
  mount -t tmpfs -o mode=0755 tmpfs "$root/dev"
  for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ip link set lo up
  exec env -i container=namespaces PATH=/usr/sbin:/usr/bin chroot "$root" /usr/lib/systemd/systemd --system
fi

root=$1
INSIDE=1 unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child=KILL "$0" "$root" >/dev/null 2>&1 &
outside=$!
# systemd ends for nothing less, and takes everything with it.
trap 'kill -KILL "$outside" 2>/dev/null' EXIT

# within COMMAND…: runs a command in the booted Debian.
within() {
  local init
  init=$(pgrep --parent "$outside") || return
  nsenter --target "$init" --mount --pid --net --uts --ipc --cgroup --root --wd \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
}

fail() {
  printf 'package test: %s\n' "$*" >&2
  within systemctl status --no-pager --lines=30 rapport.service >&2 || :
  exit 1
}

# eventually WHAT COMMAND…: waits until the command succeeds.
eventually() {
  local what=$1
  shift
  for _ in $(seq 300); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  fail "this did not come to be: $what"
}

ready() { [ "$(within rapport health --config /etc/rapport/rapport.toml)" = ready ]; }
main_pid() { within systemctl show --property=MainPID --value rapport.service; }

eventually "systemd is up" within systemctl list-units
within systemctl enable --now rapport.service 2>/dev/null || fail "it cannot be started"
ready || fail "systemd calls it started, and it is not ready"
pid=$(main_pid)
[ "$(within stat -c %U "/proc/$pid")" = rapport ] || fail "it runs as another user"
[ "$(within stat -c '%U %G %a' /var/lib/rapport)" = "rapport rapport 700" ] || fail "others can read the data folder"
within systemctl reload rapport.service || fail "it cannot be reloaded"
[ "$(main_pid)" = "$pid" ] || fail "the reload ended it"
within dpkg --install --force-confold /root/rapport.deb >/dev/null || fail "it cannot be upgraded"
ready || fail "it is not ready after the upgrade"
[ "$(main_pid)" != "$pid" ] || fail "the upgrade left the old version running"
within systemctl stop rapport.service
[ "$(within systemctl show --property=Result --value rapport.service)" = success ] || fail "it does not stop in order"
within systemctl start rapport.service
within dpkg --remove rapport >/dev/null || fail "it cannot be removed while it runs"
! within pgrep --exact rapport || fail "the removal left it running"
! within systemctl cat rapport.service >/dev/null 2>&1 || fail "systemd still knows the unit"
