"""What an answer rests on: which model, which seed, how much was proved."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from topology.graph import GroupKind

if TYPE_CHECKING:
    from topology.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class PairProof:
    """``pairs`` of ``groups`` of one kind were decided, ``joint`` of them do harm together that neither does alone.

    ``swept`` scenarios went through the exact sweep; all other pairs are proved harmless by labels of ``seed`` that
    told the truth about every part of every group.
    """

    kind: GroupKind
    groups: int
    pairs: int
    joint: int
    swept: int
    seed: int
    seeds_refused: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """``scenarios`` single cuts were decided and proved; ``model_sha256`` names the model they were proved on.

    ``harmless_by_labels`` were proved by independent labels, ``bridges_checked`` are groups of one link,
    ``swept`` went through the exact sweep. ``seeds_refused`` were drawn before ``seed`` and told untruths. ``pairs``
    says the same of the kinds whose pairs were asked for.
    """

    seed: int
    seeds_refused: tuple[int, ...]
    scenarios: int
    harmless_by_labels: int
    bridges_checked: int
    swept: int
    vertices: int
    links: int
    model_sha256: str
    pairs: tuple[PairProof, ...] = ()


def model_sha256(net: Net) -> str:
    """A fingerprint of vertices, weights, links and groups that does not depend on the order of the files."""
    digest = hashlib.sha256()
    for text in sorted(_lines(net)):
        digest.update(text.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _lines(net: Net) -> list[str]:
    """The model as lines, each its fields kept apart by the unit separator."""
    lines = [f"core\x1f{code}" for code in net.codes[: net.hubs]]
    lines += [
        "\x1f".join(("vertex", code, *map(str, row)))
        for code, row in zip(net.codes[net.hubs :], net.measures[1:].tolist(), strict=True)
    ]
    lines += [
        "\x1f".join(("link", code, *sorted((net.codes[near], net.codes[far]))))
        for code, near, far in zip(net.links, net.near.tolist(), net.far.tolist(), strict=True)
    ]
    for kind in GroupKind:
        groups = net.groups[kind]
        lines += [
            "\x1f".join((kind, code, *sorted(net.links[link] for link in groups.row(number).tolist())))
            for number, code in enumerate(groups.codes)
        ]
    return lines
