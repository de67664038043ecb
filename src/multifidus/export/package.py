"""
A FHIR package in the form of npm: the resources, what they are, and an index of them.

`package/package.json` names the package, `package/.index.json` lists what is in it, and each
resource stands in `package/` under its type and id. What is no resource of R4 stands in
`package/other/`, where tools that load a package do not look for any.
The same files give the same archive: their order, dates, owners and rights are fixed.
"""

from __future__ import annotations

import io
import tarfile
from gzip import GzipFile
from typing import TYPE_CHECKING

from multifidus.export.metadata import LICENSE, PUBLISHER, described
from multifidus.export.resource import BASE, lean, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from multifidus.core.policy import Policy
    from multifidus.export.resource import Resource

FHIR = "4.0.1"
FOLDER, OTHER = "package", "package/other"
_READABLE = 0o644
_INDEXED = ("resourceType", "id", "url", "version", "kind", "type", "derivation", "content")


def package_name(policy: Policy) -> str:
    """Name the package of a policy; all versions of the policy have the same."""
    return f"multifidus.{policy.about.id}"


def package(
    policy: Policy, *, resources: Iterable[Resource], others: Mapping[str, str]
) -> dict[str, bytes]:
    """Lay out a package: each file by its path, in the order of the archive."""
    held = {f"{each['resourceType']}-{each['id']}.json": each for each in resources}
    texts = {
        f"{FOLDER}/package.json": text_of(_about(policy)),
        f"{FOLDER}/.index.json": text_of(_index(held)),
        **{f"{FOLDER}/{name}": text_of(held[name]) for name in sorted(held)},
        **{f"{OTHER}/{name}": others[name] for name in sorted(others)},
    }
    return {path: text.encode() for path, text in texts.items()}


def archive(contents: Mapping[str, bytes]) -> bytes:
    """Pack files as `.tgz`; neither the clock nor the machine leaves a trace."""
    packed = io.BytesIO()
    with (
        GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for path, content in contents.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode, member.mtime = len(content), _READABLE, 0
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _about(policy: Policy) -> Resource:
    about = policy.about
    return {
        "name": package_name(policy),
        "version": about.version,
        "title": about.title,
        "description": described(policy),
        "canonical": BASE,
        "url": f"{BASE}/package/{about.id}/{about.version}",
        "fhirVersions": [FHIR],
        "dependencies": {"hl7.fhir.r4.core": FHIR},
        "type": "Conformance",
        "license": LICENSE,
        "author": PUBLISHER,
        "keywords": ["coverage", "medical policy", "prior authorization", about.kind.value],
    }


def _index(held: Mapping[str, Resource]) -> Resource:
    """List the resources with what tools look them up by; only words, as the form wants."""
    return {
        "index-version": 2,
        "files": [{"filename": name, **lean(_words(held[name]))} for name in sorted(held)],
    }


def _words(resource: Resource) -> Resource:
    found = {name: resource.get(name) for name in _INDEXED}
    return {name: value for name, value in found.items() if isinstance(value, str)}
