#!/usr/bin/env python3
"""Checks what says how the program runs in a container, and says which environment it gives to the program.

    manifests.py kubernetes < RENDERED.yaml    holds every object to Kubernetes' own schemas
    manifests.py compose < compose.yaml
    manifests.py sbom < rapport.cdx.json       holds it to CycloneDX' schema

Prints the environment as NAME=VALUE, a line for each variable.
"""

import sys

import kubernetes_validate
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

# The chart says that it needs the first; the last is the newest that the schemas are there for.
VERSIONS = ("1.27", "1.37")
# Their schema is the Prometheus operator's.
FOREIGN = {"ServiceMonitor"}


def kubernetes(text):
    objects = [found for found in yaml.safe_load_all(text) if found]
    for found in objects:
        if found["kind"] in FOREIGN:
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(found, version, strict=True)
    [server] = [found for found in objects if found["kind"] == "StatefulSet"]
    [container] = server["spec"]["template"]["spec"]["containers"]
    return {variable["name"]: variable["value"] for variable in container["env"]}


def compose(text):
    return yaml.safe_load(text)["services"]["rapport"]["environment"]


def sbom(text):
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem:
        sys.exit(f"this is no CycloneDX 1.6: {problem}")
    return {}


if __name__ == "__main__":
    check = {"kubernetes": kubernetes, "compose": compose, "sbom": sbom}[sys.argv[1]]
    for name, value in check(sys.stdin.read()).items():
        print(f"{name}={value}")
