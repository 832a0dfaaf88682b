#!/usr/bin/env python3
"""Writes the program as an OCI image, without a daemon: image.py TREE ARCH VERSION REVISION OUT.tar

TREE is the image's file system, all of it root's; the data folder and the user are added here. The file can be loaded by
`docker load`, `podman load`, and `skopeo copy oci-archive:…`. The same tree gives the same bytes; SOURCE_DATE_EPOCH is the date
in it.
"""

import datetime
import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
from pathlib import Path

# Not root, and no number that a machine gives to people or services.
USER = 65532
DATA = "var/lib/rapport"
# Where the server and the other commands look for rapport.toml.
CONFIGURATION = "etc/rapport"
ACCOUNTS = {
    "etc/passwd": f"root:x:0:0::/:/sbin/nologin\nrapport:x:{USER}:{USER}::/{DATA}:/sbin/nologin\n",
    "etc/group": f"root:x:0:\nrapport:x:{USER}:\n",
}


def entry(name, mode, date, owner=0, kind=tarfile.DIRTYPE, size=0):
    made = tarfile.TarInfo(name)
    made.mode, made.mtime, made.uid, made.gid, made.type, made.size = mode, date, owner, owner, kind, size
    return made


def layer(tree, date):
    """The file system as one tar file, parents before what is in them."""
    folders = {"etc": 0, CONFIGURATION: 0, "var": 0, "var/lib": 0, DATA: USER}
    files = {name: text.encode() for name, text in ACCOUNTS.items()}
    modes = {}
    for path in sorted(tree.rglob("*")):
        name = str(path.relative_to(tree))
        if path.is_dir():
            folders.setdefault(name, 0)
        else:
            files[name], modes[name] = path.read_bytes(), path.stat().st_mode & 0o755
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted([*folders, *files]):
            if name in folders:
                owner = folders[name]
                tar.addfile(entry(name, 0o700 if owner else 0o755, date, owner))
            else:
                body = files[name]
                found = entry(name, modes.get(name, 0o644), date, kind=tarfile.REGTYPE, size=len(body))
                tar.addfile(found, io.BytesIO(body))
    return out.getvalue()


def configuration(arch, layer_digest, labels, created):
    """What a container of this image runs, and as whom."""
    return {
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[arch],
        "os": "linux",
        "created": created,
        "config": {
            "User": f"{USER}:{USER}",
            "Entrypoint": ["/usr/bin/rapport"],
            "Cmd": ["serve"],
            "WorkingDir": f"/{CONFIGURATION}",
            "Env": ["PATH=/usr/bin", f"RAPPORT_JOURNAL__PATH=/{DATA}"],
            "ExposedPorts": {"8080/tcp": {}, "8081/tcp": {}},
            "Volumes": {f"/{DATA}": {}},
            "StopSignal": "SIGTERM",
            "Labels": labels,
            # Docker's own addition; other runtimes pass it over.
            "Healthcheck": {
                "Test": ["CMD", "/usr/bin/rapport", "health"],
                "Interval": 30 * 10**9,
                "Timeout": 15 * 10**9,
                "StartPeriod": 60 * 10**9,
                "Retries": 3,
            },
        },
        "rootfs": {"type": "layers", "diff_ids": [layer_digest]},
        "history": [{"created": created, "created_by": "deploy/package/image.py"}],
    }


def main(tree, arch, version, revision, out):
    date = int(os.environ["SOURCE_DATE_EPOCH"])
    created = datetime.datetime.fromtimestamp(date, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}

    def blob(kind, body):
        """Keeps a body by its digest; how others point to it."""
        digest = hashlib.sha256(body).hexdigest()
        files[f"blobs/sha256/{digest}"] = body
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(body)}

    def as_json(value):
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()

    labels = {
        "org.opencontainers.image.title": "rapport",
        "org.opencontainers.image.description": "RudderStack SDK events to InMoment",
        "org.opencontainers.image.licenses": "Apache-2.0",
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.revision": revision,
        "org.opencontainers.image.created": created,
    }
    plain = layer(Path(tree), date)
    packed = blob("layer.v1.tar+gzip", gzip.compress(plain, compresslevel=9, mtime=0))
    plain_digest = f"sha256:{hashlib.sha256(plain).hexdigest()}"
    config = blob("config.v1+json", as_json(configuration(arch, plain_digest, labels, created)))
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json"}
    manifest |= {"config": config, "layers": [packed], "annotations": labels}
    pointer = blob("manifest.v1+json", as_json(manifest))
    pointer["annotations"] = {"org.opencontainers.image.ref.name": version, "io.containerd.image.name": f"rapport:{version}"}
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [pointer]}
    files["index.json"] = as_json(index)
    # What versions of Docker before 25 read.
    path = {key: "blobs/sha256/" + value["digest"].removeprefix("sha256:") for key, value in [("c", config), ("l", packed)]}
    files["manifest.json"] = as_json([{"Config": path["c"], "RepoTags": [f"rapport:{version}"], "Layers": [path["l"]]}])

    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as tar:
        for folder in ("blobs", "blobs/sha256"):
            tar.addfile(entry(folder, 0o755, date))
        for name in sorted(files):
            found = entry(name, 0o644, date, kind=tarfile.REGTYPE, size=len(files[name]))
            tar.addfile(found, io.BytesIO(files[name]))


if __name__ == "__main__":
    main(*sys.argv[1:])
