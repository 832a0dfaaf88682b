#!/usr/bin/env python3
"""Unpacks an image into a folder as a container runtime does, after it has compared every digest: unpack.py IMAGE.tar FOLDER

Prints the user that the image runs as.
"""

import gzip
import hashlib
import io
import json
import sys
import tarfile


def main(image, folder):
    with tarfile.open(image) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}

    def blob(pointer):
        body = files["blobs/" + pointer["digest"].replace(":", "/")]
        assert pointer["size"] == len(body), pointer
        assert pointer["digest"] == "sha256:" + hashlib.sha256(body).hexdigest(), pointer
        return body

    assert json.loads(files["oci-layout"])["imageLayoutVersion"] == "1.0.0"
    [pointer] = json.loads(files["index.json"])["manifests"]
    manifest = json.loads(blob(pointer))
    config = json.loads(blob(manifest["config"]))
    plain = [gzip.decompress(blob(layer)) for layer in manifest["layers"]]
    assert config["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(layer).hexdigest() for layer in plain]
    for layer in plain:
        with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
            tar.extractall(folder, numeric_owner=True)
    print(config["config"]["User"])


if __name__ == "__main__":
    main(*sys.argv[1:])
