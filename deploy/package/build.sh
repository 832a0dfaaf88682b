#!/usr/bin/env bash
# Builds what is handed to others, into target/dist: the program as one static file, .deb, .rpm, an OCI image, what they are
# made of (CycloneDX), and SHA256SUMS. The same commit and the same compilers give the same bytes, in whatever folder.
#
#   deploy/package/build.sh [aarch64]    for x86-64, and for aarch64 too if asked for
#
# PROFILE=release-fast builds faster, for trying things out. It needs Rust with rustup, Go, Python 3.11 and musl-gcc on x86-64; the
# console's pages are made by `make web` before. For aarch64, zig compiles what is C; it is installed below target/package.
set -euo pipefail
cd "$(dirname "$0")/../.."

profile=${PROFILE:-release}
made=target/package
dist=target/dist

say() { printf 'package: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

tools() {
  for tool in cargo rustup go python3 git; do
    command -v "$tool" >/dev/null || fail "$tool is missing"
  done
  [ -e web/dist/index.html ] || fail "the console's pages are missing: run make web"
  if ! command -v musl-gcc >/dev/null; then
    { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; } || fail "musl-gcc is missing: install Debian's package musl-tools"
    say "installing Debian's package musl-tools"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends musl-tools >&2
  fi
  if [ ! -x "$made/tools/nfpm" ]; then
    say "building nfpm"
    GOBIN="$PWD/$made/tools" go install github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0 >&2
  fi
}

# zig, and cargo's way to it.
zig() {
  local print
  print=$({ python3 --version; cat deploy/package/requirements-zig.txt; } | cksum)
  if [ "$(cat "$made/zig.done" 2>/dev/null)" != "$print" ]; then
    say "installing zig"
    rm -rf "$made/zig"
    python3 -m venv "$made/zig"
    "$made/zig/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/package/requirements-zig.txt >&2
    printf '%s\n' "$print" > "$made/zig.done"
  fi
  export PATH="$PWD/$made/zig/bin:$PATH"
}

# Version, commit and date; a tree with changes of its own says so.
describe() {
  version=$(cargo metadata --locked --no-deps --format-version 1 |
    python3 -c 'import json, sys; print(next(p["version"] for p in json.load(sys.stdin)["packages"] if p["name"] == "rapport"))')
  commit=$(git rev-parse --short=12 HEAD)
  git diff-index --quiet HEAD -- || commit="$commit with changes"
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
  export RAPPORT_BUILD="$version ($commit, $(date -u -d "@$SOURCE_DATE_EPOCH" +%F))"
}

# Stripped, and without the paths of this machine, which would also make every machine's file another one.
# Compilers do not hear of the date: all that is C would be compiled anew for each commit.
program() {
  local build=build
  target=$1-unknown-linux-musl
  rustup target list --installed | grep -qx "$target" || rustup target add "$target" >&2
  if [ "$1" = aarch64 ]; then
    zig
    build=zigbuild
    # The memory allocator is built for one size of pages or smaller ones, and 64 KiB is the largest that kernels have.
    export JEMALLOC_SYS_WITH_LG_PAGE=16
  fi
  local registry=${CARGO_HOME:-$HOME/.cargo} between=$'\x1f'
  local maps="-ffile-prefix-map=$registry=/cargo -ffile-prefix-map=$PWD=/rapport"
  say "building $RAPPORT_BUILD for $target, profile $profile"
  CARGO_ENCODED_RUSTFLAGS="-Cstrip=symbols${between}--remap-path-prefix=$registry=/cargo${between}--remap-path-prefix=$PWD=/rapport" \
    env -u SOURCE_DATE_EPOCH "CFLAGS_${target//-/_}=$maps" cargo "$build" --locked --profile "$profile" --target "$target" --package rapport
  binary=target/$target/$profile/rapport
  for path in "$registry" "$PWD" "$HOME/.cache" "$HOME/.rustup"; do
    if grep -qaF "$path" "$binary"; then fail "the program holds the path $path"; fi
  done
}

# What the packages and the image hold besides the files of this tree. Any machine's program writes the same manual.
tree() {
  rm -rf "$made/tree" "$made/completions" "$made/man" "$made/image"
  mkdir -p "$made/completions" "$made/image"
  install -D -m 0755 "$binary" "$made/tree/usr/bin/rapport"
  for shell in bash fish zsh; do "$native" completions "$shell" > "$made/completions/$shell"; done
  mv "$made/completions/zsh" "$made/completions/_rapport"
  local share=$made/tree/usr/share
  install -D -m 0644 "$made/completions/bash" "$share/bash-completion/completions/rapport"
  install -D -m 0644 "$made/completions/fish" "$share/fish/vendor_completions.d/rapport.fish"
  "$native" manual "$made/man" >/dev/null
  gzip -9n "$made/man"/*.1
  install -d "$share/man/man1"
  install -m 0644 "$made/man"/*.1.gz "$share/man/man1"
  install -d "$share/doc/rapport"
  python3 deploy/package/sbom.py "$target" "$version" > "$share/doc/rapport/rapport.cdx.json"
  for file in usr/bin/rapport usr/share/doc/rapport/rapport.cdx.json; do
    install -D -m "$(stat -c %a "$made/tree/$file")" "$made/tree/$file" "$made/image/$file"
  done
  install -m 0644 LICENSE "$made/image/usr/share/doc/rapport/LICENSE"
  # nfpm keeps the dates of folders and files.
  find "$made/tree" "$made/completions" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

packages() {
  local out=$dist/rapport-$version-$1-linux
  install -m 0755 "$binary" "$out"
  cp "$made/tree/usr/share/doc/rapport/rapport.cdx.json" "$out.cdx.json"
  export ARCH=amd64 VERSION=$version
  [ "$1" = x86_64 ] || ARCH=arm64
  for kind in deb rpm; do
    "$made/tools/nfpm" package --config deploy/package/nfpm.yaml --packager "$kind" --target "$dist/" >&2
  done
  deploy/package/image.py "$made/image" "$1" "$version" "$(git rev-parse HEAD)" "$out.oci.tar"
}

case $* in
  "" | aarch64) ;;
  *) fail "there is aarch64 besides x86_64, and not: $*" ;;
esac
tools
describe
rm -rf "$dist"
mkdir -p "$dist"
for arch in x86_64 "$@"; do
  program "$arch"
  native=${native:-$binary}
  tree
  packages "$arch"
done
(cd "$dist" && sha256sum -- * > ../SHA256SUMS && mv ../SHA256SUMS .)
ls -l "$dist" >&2
