"""A bill of materials of what is installed: CycloneDX 1.6 with the fields BSI TR-03183-2 asks for.

Each component has name, version, creator as far as its metadata tells, licences, file name, whether it is executable,
an archive, structured, and one SHA-512: over its installed files, sorted by name, each by its own SHA-512. No
vulnerabilities stand in it, as TR-03183-2 wants: those are :mod:`rainbow.supply.advisories`.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from importlib.metadata import Distribution

    from rainbow.kernel.samples import UnixNs

ROOT = "rainbow-fibre"
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_CLASSIFIED = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
_COMPILED = (".so", ".pyd", ".dylib", ".exe")
_SKIPPED = (".pyc",)
_IDS = uuid.uuid5(uuid.NAMESPACE_OID, "rainbow-fibre/sbom")


def installed(root: str = ROOT) -> list[Distribution]:
    """The distribution and all it needs, as installed here, by name.

    Raises:
        UsageError: the program is not installed, only laid beside.
    """
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = _normal(waiting.pop())
        if name in found:
            continue
        distribution = _distribution(name)
        if distribution is None:
            if name == _normal(root):
                raise UsageError(
                    _("{name} is not installed here").format(name=root), cure=_("install it: make install")
                )
            continue
        found[name] = distribution
        waiting += needs(found[name])
    return [found[name] for name in sorted(found)]


def _distribution(name: str) -> Distribution | None:
    """The one that an installer has recorded: what a build left lying in a checkout has no record of its files."""
    there = list(metadata.distributions(name=name))
    return next((item for item in there if item.read_text("RECORD") is not None), there[0] if there else None)


def needs(distribution: Distribution) -> list[str]:
    """Names of what a distribution needs on this machine, extras aside."""
    wanted = (Requirement(text) for text in distribution.requires or ())
    return [item.name for item in wanted if item.marker is None or item.marker.evaluate({"extra": ""})]


def sbom(now_ns: UnixNs, creator: str, root: str = ROOT) -> dict[str, object]:
    """The bill as a table; ``creator`` is who makes it: a mail address or URL."""
    found = installed(root)
    main = next(item for item in found if _normal(item.name) == _normal(root))
    known = {_normal(item.name): reference(item) for item in found}
    stamp = datetime.fromtimestamp(now_ns / 1e9, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_IDS, main.version + stamp)}",
        "version": 1,
        "metadata": {
            "timestamp": stamp,
            "tools": {"components": [{"type": "application", "name": "rainbow", "version": main.version}]},
            "manufacturer": _contact(creator),
            "component": component(main, "application"),
        },
        "components": [component(item, "library") for item in found if item is not main],
        "dependencies": [
            {
                "ref": reference(item),
                "dependsOn": sorted({known[name] for name in map(_normal, needs(item)) if name in known}),
            }
            for item in found
        ],
    }


def _contact(creator: str) -> dict[str, object]:
    if "@" in creator:
        return {"name": creator, "contact": [{"email": creator.removeprefix("mailto:")}]}
    return {"name": creator, **({"url": [creator]} if creator.startswith("https://") else {})}


def component(distribution: Distribution, kind: str) -> dict[str, object]:
    """One component; properties by the names TR-03183-2 gives them in CycloneDX."""
    files = [item for item in distribution.files or () if not str(item).endswith(_SKIPPED)]
    compiled = any(str(item).endswith(_COMPILED) for item in files)
    made: dict[str, object] = {
        "type": kind,
        "bom-ref": reference(distribution),
        "name": distribution.name,
        "version": distribution.version,
        "purl": reference(distribution),
        "licenses": licences(distribution),
        "hashes": [{"alg": "SHA-512", "content": digest(distribution)}],
        "properties": [
            {"name": "bsi:component:filename", "value": f"{_normal(distribution.name)}-{distribution.version}"},
            {"name": "bsi:component:executable", "value": "executable" if compiled else "non-executable"},
            {"name": "bsi:component:archive", "value": "no archive"},
            {"name": "bsi:component:structured", "value": "structured"},
            {"name": "rainbow:hashed", "value": f"{len(files)} installed files, each by its SHA-512, sorted by name"},
        ],
    }
    if creator := _creator(distribution):
        made["manufacturer"] = {"name": creator}
    return made


def reference(distribution: Distribution) -> str:
    """The package URL."""
    return f"pkg:pypi/{_normal(distribution.name)}@{distribution.version}"


def digest(distribution: Distribution) -> str:
    """SHA-512 over the installed files; a file that is gone counts by its name."""
    total = hashlib.sha512()
    for item in sorted(distribution.files or (), key=str):
        if str(item).endswith(_SKIPPED):
            continue
        path = item.locate()
        try:
            content = hashlib.sha512(open(str(path), "rb").read()).hexdigest()  # noqa: PTH123, SIM115 - any path-like
        except OSError:
            content = "gone"
        total.update(f"{content}  {item}\n".encode())
    return total.hexdigest()


def licences(distribution: Distribution) -> list[dict[str, object]]:
    """The licence as SPDX where the metadata says so, else by its name; NOASSERTION where it says nothing."""
    told = distribution.metadata
    expression = _told(distribution, "License-Expression")
    if not expression:
        named = [_CLASSIFIED[text] for text in told.get_all("Classifier") or () if text in _CLASSIFIED]
        first = _told(distribution, "License").splitlines()[:1]
        expression = " OR ".join(named) or (first[0] if first else "")
    if not expression:
        return [{"license": {"name": "NOASSERTION"}}]
    return [{"expression": expression}] if _is_spdx(expression) else [{"license": {"name": expression[:120]}}]


def _is_spdx(expression: str) -> bool:
    plain = expression.replace("(", "").replace(")", "")
    return _SPDX.fullmatch(plain) is not None and (" " in plain or "-" in plain or plain in {"MIT", "ISC", "Zlib"})


def _creator(distribution: Distribution) -> str:
    for name in ("Author", "Maintainer", "Author-email", "Maintainer-email"):
        if text := _told(distribution, name):
            return text.splitlines()[0][:120]
    return ""


def _told(distribution: Distribution, name: str) -> str:
    """A field of the metadata, empty where there is none."""
    return str((distribution.metadata.get_all(name) or [""])[0]).strip()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
