#!/usr/bin/env bash
# Tries what build.sh has made, by installing it: the .deb and the .rpm each in a Debian of its own, and the image's file system as
# its user on a root that cannot be written. It needs root, and debootstrap, which it installs.
#
#   deploy/package/test.sh         DEBIAN=FOLDER takes a Debian that is there (minbase with systemd, procps and rpm)
set -euo pipefail
cd "$(dirname "$0")/../.."

here=$PWD/deploy/package
dist=$PWD/target/dist
made=$PWD/target/package
debian=${DEBIAN:-$made/debian}
# What systemd-analyze may find missing in the unit's sandbox, of 100.
exposure=20

say() { printf 'package test: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
[ "$(id -u)" = 0 ] || fail "this needs root, to install packages and to become other users"

base() {
  [ -e "$debian/usr/bin/rpm" ] && return
  if ! command -v debootstrap >/dev/null; then
    command -v apt-get >/dev/null || fail "debootstrap is missing"
    say "installing debootstrap"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >&2
  fi
  say "making a Debian to install in"
  rm -rf "$debian"
  mkdir -p "$debian"
  debootstrap --variant=minbase --include=systemd,procps,rpm bookworm "$debian" > "$made/debootstrap.log"
}

# inside COMMAND…: runs a command in the Debian under test, with processes and mounts of its own.
inside() {
  unshare --mount --pid --fork --kill-child sh -ec '
    mount -t proc proc "$0/proc"
    mount --bind /dev "$0/dev"
    mount -t tmpfs tmpfs "$0/run"
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$0" "$@"
  ' "$root" "$@"
}

# Every file that is there, but for the records of the package manager and the older versions of the lists of users.
listing() {
  (cd "$root" && find . \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./var/lib/dpkg -o -path ./var/lib/rpm \
    -o -path ./var/log \) -prune -o -print | grep -vE '^\./etc/(\.pwd\.lock|(passwd|shadow|group|gshadow)-)$' | LC_ALL=C sort)
}

# The package's files as it lists them itself, one path a line in the form of listing.
owned() { sed 's|^|.|' | LC_ALL=C sort; }

# Whether what was installed belongs to the package, belongs to root, and works.
check_installed() {
  # /lib and others are links to folders of /usr, so both sides have the same names here.
  LC_ALL=C comm -13 "$made/before" <(listing) > "$made/new"
  LC_ALL=C comm -23 "$made/new" "$made/owned" > "$made/strange"
  [ ! -s "$made/strange" ] || fail "no package owns $(tr '\n' ' ' < "$made/strange")"
  [ "$(grep -c . "$made/new")" -gt 20 ] || fail "only these files were installed: $(tr '\n' ' ' < "$made/new")"
  local path owner
  while read -r path; do
    case $path in
      ./etc/rapport) owner="root rapport 750" ;;
      ./etc/rapport/rapport.toml) owner="root rapport 640" ;;
      ./usr/bin/rapport) owner="root root 755" ;;
      *) owner="root root $([ -d "$root/$path" ] && echo 755 || echo 644)" ;;
    esac
    [ "$(inside stat -c '%U %G %a' "${path#.}")" = "$owner" ] || fail "$path should be $owner"
  done < "$made/new"
  # Without --man=no it asks `man` for the page, which this Debian has not.
  inside systemd-analyze verify --man=no rapport.service
  inside systemd-analyze security --offline=true --threshold="$exposure" /usr/lib/systemd/system/rapport.service > "$made/security" ||
    fail "the unit's sandbox is too weak: $(tail -1 "$made/security")"
  say "$(tail -1 "$made/security" | tr -d '→' | xargs -0)"
  gzip -dc "$root"/usr/share/man/man1/rapport-serve.1.gz | grep -q '^\.SH SYNOPSIS' || fail "the manual has no page"
  bash -n "$root/usr/share/bash-completion/completions/rapport"
  # systemd makes the data folder at a start.
  local user
  user=$(inside id -u rapport):$(inside id -g rapport)
  install -d -o "${user%:*}" -g "${user#*:}" -m 0700 "$root/var/lib/rapport"
  "$here/serves.sh" "$root" "$user" --config /etc/rapport/rapport.toml
}

fresh() {
  root=$made/root
  rm -rf "$root"
  cp -a --reflink=auto "$debian" "$root"
  listing > "$made/before"
}

# Whether nothing is left but what may be.
check_removed() {
  LC_ALL=C comm -13 "$made/before" <(listing) > "$made/left"
  [ "$(tr '\n' ' ' < "$made/left")" = "$1" ] || fail "this is left: $(tr '\n' ' ' < "$made/left")"
  ! inside systemctl is-enabled rapport.service >/dev/null 2>&1 || fail "the unit is still enabled"
}

try_deb() {
  say "the .deb"
  fresh
  cp "$dist"/*_amd64.deb "$root/tmp/rapport.deb"
  inside dpkg --install /tmp/rapport.deb > "$made/dpkg.log"
  inside dpkg --listfiles rapport | owned > "$made/owned"
  inside dpkg --verify rapport
  check_installed
  inside systemctl enable rapport.service 2>/dev/null
  say "an upgrade keeps the configuration and what was accepted"
  echo '# changed' >> "$root/etc/rapport/rapport.toml"
  inside dpkg --install --force-confold /tmp/rapport.deb > "$made/dpkg.log"
  grep -q '# changed' "$root/etc/rapport/rapport.toml" || fail "the upgrade replaced the configuration"
  [ "$(inside stat -c '%U %G %a' /etc/rapport/rapport.toml)" = "root rapport 640" ] || fail "the upgrade gave the configuration away"
  [ -L "$root/etc/systemd/system/multi-user.target.wants/rapport.service" ] || fail "the upgrade disabled the unit"
  say "a removal keeps both, and a purge takes them"
  inside dpkg --remove rapport > "$made/dpkg.log"
  grep -q '# changed' "$root/etc/rapport/rapport.toml" || fail "the removal took the configuration"
  [ -e "$root/var/lib/rapport/journal.sqlite3" ] || fail "the removal took the data"
  inside dpkg --purge rapport > "$made/dpkg.log"
  check_removed ""
}

try_systemd() {
  say "the .deb under its systemd"
  fresh
  # Not in /tmp, which systemd empties.
  cp "$dist"/*_amd64.deb "$root/root/rapport.deb"
  inside dpkg --install /root/rapport.deb > "$made/dpkg.log" 2>&1
  timeout --kill-after=5 300 "$here/boots.sh" "$root"
}

try_rpm() {
  say "the .rpm"
  fresh
  # Every system with rpm has this folder.
  mkdir -p "$root/usr/share/licenses"
  listing > "$made/before"
  local rpm=(rpm --dbpath /var/lib/rpm)
  cp "$dist"/*.x86_64.rpm "$root/tmp/rapport.rpm"
  # This Debian's own packages are in no database of rpm's, so that nothing can be said of what it needs.
  inside "${rpm[@]}" --install --nodeps --force-debian /tmp/rapport.rpm
  inside "${rpm[@]}" --query --list rapport | owned > "$made/owned"
  # The group of the configuration is made by the package, so it is another one than in its list.
  inside "${rpm[@]}" --verify --nodeps --nogroup rapport
  check_installed
  inside systemctl enable rapport.service 2>/dev/null
  say "an upgrade keeps the configuration and what was accepted"
  echo '# changed' >> "$root/etc/rapport/rapport.toml"
  inside "${rpm[@]}" --upgrade --replacepkgs --nodeps --force-debian /tmp/rapport.rpm
  grep -q '# changed' "$root/etc/rapport/rapport.toml" || fail "the upgrade replaced the configuration"
  [ "$(inside stat -c '%U %G %a' /etc/rapport/rapport.toml)" = "root rapport 640" ] || fail "the upgrade gave the configuration away"
  [ -L "$root/etc/systemd/system/multi-user.target.wants/rapport.service" ] || fail "the upgrade disabled the unit"
  say "a removal keeps both"
  inside "${rpm[@]}" --erase --nodeps --force-debian rapport
  grep -q '# changed' "$root/etc/rapport/rapport.toml.rpmsave" || fail "the removal took the configuration"
  [ -e "$root/var/lib/rapport/journal.sqlite3" ] || fail "the removal took the data"
  rm -rf "$root/var/lib/rapport" "$root/etc/rapport/rapport.toml.rpmsave"
  rmdir "$root/etc/rapport"
  check_removed ""
}

try_image() {
  say "the image"
  root=$made/root
  rm -rf "$root"
  mkdir "$root"
  local user
  user=$(python3 "$here/unpack.py" "$dist"/*-x86_64-linux.oci.tar "$root")
  [ "${user%:*}" -gt 0 ] || fail "the image runs as $user"
  mkdir -p "$root/proc" "$root/dev"
  READ_ONLY=1 "$here/serves.sh" "$root" "$user"
}

try_sums() {
  say "the sums and the program by itself"
  (cd "$dist" && sha256sum --check --quiet SHA256SUMS)
  local program
  program=$(echo "$dist"/*-x86_64-linux)
  "$program" --version
  ! readelf --program-headers "$program" | grep -q INTERP || fail "the program is not static"
}

# What was built for another machine: the same files, and a program that works as far as an emulator shows it.
try_aarch64() {
  local program
  program=$(echo "$dist"/*-aarch64-linux)
  [ -e "$program" ] || return 0
  say "what is for aarch64"
  names() { dpkg-deb --fsys-tarfile "$1" | tar --list | LC_ALL=C sort; }
  diff <(names "$dist"/*_amd64.deb) <(names "$dist"/*_arm64.deb) || fail "the packages hold other files"
  [ "$(dpkg-deb --field "$dist"/*_arm64.deb Architecture)" = arm64 ] || fail "the .deb is for another machine"
  [ -e "$(echo "$dist"/*.aarch64.rpm)" ] || fail "there is no .rpm"
  if ! command -v qemu-aarch64-static >/dev/null; then
    say "installing qemu-user-static"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user-static >&2
  fi
  ! readelf --program-headers "$program" | grep -q INTERP || fail "the program is not static"
  qemu-aarch64-static "$program" demo --once > "$made/demo.log" 2>&1 || fail "$(cat "$made/demo.log")"
  grep '2 delivered' "$made/demo.log"
}

base
try_sums
try_aarch64
try_image
try_deb
try_systemd
try_rpm
rm -rf "$made/root"
say "all is well"
