#!/usr/bin/env python3
"""Writes what the program is made of, as CycloneDX 1.6: sbom.py TARGET VERSION > rapport.cdx.json

The crates are those that the program has for this target (`cargo metadata`), with the checksums of Cargo.lock. The
packages of the console's pages are those of web/package-lock.json that the pages need. The same commit gives the same
bytes; SOURCE_DATE_EPOCH is the date in it.
"""

import datetime
import json
import os
import re
import subprocess
import sys
import tomllib
import uuid
from base64 import b64decode
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The parts of the pages that come from packages which are only named as tools.
BUNDLED_TOOLS = {"svelte"}


def crates(target):
    """The crates of the program, and what each of them depends on, by their ids."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = next(this for this, package in packages.items() if package["name"] == "rapport" and is_ours(package))
    edges, ahead = {}, [root]
    while ahead:
        this = ahead.pop()
        if this in edges:
            continue
        # A kind of null is an ordinary dependency; those of tests and of build scripts are not in the program.
        used = [dep["pkg"] for dep in nodes[this]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        # A crate of macros runs in the compiler, and so does all that it uses.
        edges[this] = [dep for dep in used if not is_macro(packages[dep])]
        ahead += edges[this]
    return root, packages, edges


def is_macro(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def checksums():
    """The SHA-256 sums of Cargo.lock, by name and version."""
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    return {(entry["name"], entry["version"]): entry.get("checksum") for entry in lock["package"]}


def component(name, version, purl, licence, hashes):
    """A component as CycloneDX has it, without what is not known."""
    made = {"type": "library", "bom-ref": purl or f"rapport:{name}@{version}", "name": name, "version": version}
    if purl:
        made["purl"] = purl
    if licence:
        # Older crates write "MIT/Apache-2.0", which is no SPDX expression.
        made["licenses"] = [{"expression": re.sub(r" */ *", " OR ", licence)}]
    if hashes:
        made["hashes"] = hashes
    return made


def is_ours(package):
    return package["source"] is None


def crate(package, sums):
    name, version = package["name"], package["version"]
    # Our own crates are in no registry, where another one may have the same name.
    purl = None if is_ours(package) else f"pkg:cargo/{name}@{version}"
    digest = sums.get((name, version))
    hashes = [{"alg": "SHA-256", "content": digest}] if digest else []
    return component(name, version, purl, package["license"], hashes)


def page_packages():
    """The npm packages that are in the console's pages."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text())["packages"]
    for place, entry in lock.items():
        name = place.rpartition("node_modules/")[2]
        if not name or (entry.get("dev") and name not in BUNDLED_TOOLS):
            continue
        algorithm, _, digest = entry["integrity"].partition("-")
        hashes = [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": b64decode(digest).hex()}]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
        yield component(name, entry["version"], purl, entry.get("license"), hashes)


def main(target, version):
    root, packages, edges = crates(target)
    sums = checksums()
    made = {this: crate(packages[this], sums) for this in edges}
    pages = sorted(page_packages(), key=lambda page: page["bom-ref"])
    ref = {this: component["bom-ref"] for this, component in made.items()}
    program = {**made[root], "type": "application", "version": version, "description": "RudderStack SDK events to InMoment"}
    used = [{"ref": ref[this], "dependsOn": sorted({ref[dep] for dep in deps})} for this, deps in edges.items()]
    console = next(ref[this] for this in edges if packages[this]["name"] == "console" and is_ours(packages[this]))
    for entry in used:
        if entry["ref"] == console:
            entry["dependsOn"] += [page["bom-ref"] for page in pages]
    date = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": date.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": program},
        "components": sorted((made[this] for this in edges if this != root), key=lambda it: it["bom-ref"]) + pages,
        "dependencies": sorted(used, key=lambda it: it["ref"]),
    }
    # A number that is another one for other contents, and the same for the same.
    bom["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True)).urn
    json.dump(bom, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
