#!/usr/bin/env bash
# Tries what runs the image: compose.yaml and the Helm chart. Helm and Kubernetes' schemas say whether the chart is right, and the
# program starts with the environment that each of them gives to it. Needs root; what else it needs is installed below
# target/package.
set -euo pipefail
cd "$(dirname "$0")/../.."

here=$PWD/deploy/package
dist=$PWD/target/dist
made=$PWD/target/package
chart=deploy/helm/rapport
helm=$made/tools/helm

say() { printf 'container test: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

tools() {
  local print
  print=$({ python3 --version; cat "$here/requirements.txt"; } | cksum)
  if [ "$(cat "$made/python.done" 2>/dev/null)" != "$print" ]; then
    say "installing the schemas"
    rm -rf "$made/python"
    python3 -m venv "$made/python"
    "$made/python/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.txt"
    printf '%s\n' "$print" > "$made/python.done"
  fi
  if [ ! -x "$helm" ]; then
    say "building helm, which takes some minutes"
    GOBIN=$made/tools go install helm.sh/helm/v3/cmd/helm@v3.18.6
  fi
}

manifests() { "$made/python/bin/python" "$here/manifests.py" "$@"; }

# render ARGUMENT…: the chart's objects with these values; a helm that is built from source does not know which Kubernetes there is.
render() { "$helm" template rapport "$chart" --kube-version 1.30.0 "$@"; }

# starts ENVIRONMENT: the image's program with these variables, as the user of the image, on a volume as Kubernetes gives it.
starts() {
  VOLUME=mode=2770,uid=0,gid=65532 READ_ONLY=1 ENVIRONMENT=$1 "$here/serves.sh" "$root" "$user"
}

# accepts ENVIRONMENT: whether the variables are a valid configuration, with certificates where the chart mounts them.
accepts() {
  local variables
  mapfile -t variables < "$1"
  env -i PATH=/usr/sbin:/usr/bin "${variables[@]}" chroot --userspec="$user" "$root" /usr/bin/rapport check --print > "$made/check.log" 2>&1 || fail "$(cat "$made/check.log")"
}

try_chart() {
  local version
  version=$("$(echo "$dist"/*-x86_64-linux)" --version | cut -d' ' -f2)
  grep -qx "version: $version" $chart/Chart.yaml || fail "the chart has not the program's version $version"
  grep -qx "appVersion: $version" $chart/Chart.yaml || fail "the chart is not of the program's version $version"
  say "the chart as it is"
  "$helm" lint --strict --quiet --kube-version 1.30.0 $chart
  render | manifests kubernetes > "$made/environment"
  starts "$made/environment"
  say "the chart with everything"
  local all=(--set config='[log]
level = "info"' --set existingSecret=secrets --set gateway.tlsSecret=tls --set admin.exposed=true --set serviceMonitor.enabled=true
    --set ingress.enabled=true --set ingress.className=nginx --set ingress.tlsSecret=tls --set persistence.storageClass=fast
    --set 'env[0].name=RAPPORT_LOG__LEVEL' --set 'env[0].value=debug' --set podAnnotations.a=b --set priorityClassName=high
    --set 'imagePullSecrets[0].name=pull' --set nodeSelector.disk=fast --set 'tolerations[0].operator=Exists')
  "$helm" lint --strict --quiet --kube-version 1.30.0 $chart "${all[@]}"
  render "${all[@]}" | manifests kubernetes > "$made/environment"
  accepts "$made/environment"
  render "${all[@]}" --set admin.tlsSecret=tls | manifests kubernetes > "$made/environment"
  accepts "$made/environment"
  ! render --set serviceMonitor.enabled=true > "$made/helm.log" 2>&1 || fail "a ServiceMonitor without a port to ask"
  grep -q 'needs admin.exposed' "$made/helm.log" || fail "$(cat "$made/helm.log")"
}

try_compose() {
  say "compose.yaml"
  grep -q "image: rapport:$(grep '^appVersion' $chart/Chart.yaml | cut -d' ' -f2)$" deploy/compose.yaml || fail "compose.yaml has another version"
  manifests compose < deploy/compose.yaml > "$made/environment"
  starts "$made/environment"
}

# certificates PORT…: as Kubernetes mounts a Secret for the group of the pod.
certificates() {
  local port folder
  for port in "$@"; do
    folder=$root/etc/rapport-tls/$port
    mkdir -p "$folder"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 1 \
      -keyout "$folder/tls.key" -out "$folder/tls.crt" 2>/dev/null
    chown -R "0:${user#*:}" "$folder"
    chmod 0440 "$folder"/tls.*
  done
}

tools
root=$made/root
rm -rf "$root"
mkdir -p "$root"
user=$(python3 "$here/unpack.py" "$dist"/*-x86_64-linux.oci.tar "$root")
mkdir -p "$root/proc" "$root/dev"
certificates gateway admin
for materials in "$dist"/*.cdx.json; do manifests sbom < "$materials"; done
try_chart
try_compose
rm -rf "$root"
say "all is well"
