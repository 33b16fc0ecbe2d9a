"""Writing a plan, chunk by chunk. Stopped anywhere, the next run plans what is left.

Chunks of one kind go in parallel, cables only those no two of which are on one path. Before a chunk changes objects
their time of change is asked again: what somebody else changed since the plan was made is not overwritten.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING

from inventory.sources.netbox.groups import tag_of
from inventory.sources.netbox.held import POINTS
from inventory.sources.netbox.pages import addresses_on, updated_of
from inventory.sources.netbox.plan import CREATE, DELETE, UPDATE
from inventory.sources.netbox.rendering import written
from inventory.sources.netbox.wanted import ALONE, END_A, END_B, PASSIVE
from rainbow.kernel.errors import NetBoxError
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inventory.sources.netbox.client import Json, NetBoxClient
    from inventory.sources.netbox.plan import NetBoxPlan, Step
    from inventory.sources.netbox.settings import NetBoxSettings
    from inventory.sources.netbox.wanted import Ref


CABLE_SHARE = 4
"""A cable takes NetBox as long as four other objects: it traces every path over it."""


def apply_plan(
    client: NetBoxClient,
    plan: NetBoxPlan,
    settings: NetBoxSettings,
    *,
    allow_deletes: int | None = None,
    report: Callable[[int], None] = lambda _count: None,
) -> None:
    """Write all steps of a plan. ``report`` is told how many were written, chunk by chunk.

    Raises:
        NetBoxError: too many deletes, somebody else wrote meanwhile, or NetBox does not take something.
    """
    refuse_deletes(plan, allow_deletes)
    writer = _Writer(
        client, settings, dict(plan.ids), report, at_once={END_A, END_B} | ({PASSIVE} if plan.untraced else set())
    )
    writer.write(plan.steps)


def refuse_deletes(plan: NetBoxPlan, allowed: int | None) -> None:
    """Make sure that a plan deletes no more than it may: one in twenty, or as many as somebody allowed.

    Raises:
        NetBoxError: it would.
    """
    count = plan.count(DELETE)
    if not count or (count <= allowed if allowed is not None else not plan.too_many_deletes):
        return
    raise NetBoxError(
        ngettext(
            "nothing was written: {count} object of {all} would be deleted from NetBox",
            "nothing was written: {count} objects of {all} would be deleted from NetBox",
            count,
        ).format(count=count, all=plan.kept),
        cure=_("see what --dry-run lists; if it is meant, allow it: --allow-deletes {count}").format(count=count),
    )


@dataclass(slots=True)
class _Writer:
    client: NetBoxClient
    settings: NetBoxSettings
    ids: dict[Ref, int]
    report: Callable[[int], None]
    at_once: set[int]
    touched: set[tuple[str, int]] = field(default_factory=set)

    def write(self, steps: Sequence[Step]) -> None:
        for (action, point, wave), group in groupby(steps, key=_stage):
            batch = list(group)
            together = self.settings.clients if wave in self.at_once or point != "cables" else 1
            most = self.settings.chunk if point != "cables" else self.settings.chunk // CABLE_SHARE
            size = max(1, min(most, ceil(len(batch) / together)))
            chunks = [batch[first : first + size] for first in range(0, len(batch), size)]
            with ThreadPoolExecutor(max_workers=together) as pool:
                asked = [pool.submit(self._chunk, action, point, chunk) for chunk in chunks]
                try:
                    for future, chunk in zip(asked, chunks, strict=True):
                        future.result()
                        self.report(len(chunk))
                except BaseException:
                    for future in asked:
                        future.cancel()
                    raise

    def _chunk(self, action: str, point: str, steps: list[Step]) -> None:
        known = POINTS[point]
        if action == CREATE:
            made = self.client.create(known, [self._new(step) for step in steps])
            for step, pk in zip(steps, made, strict=True):
                if step.wanted is not None:
                    self.ids[step.wanted.ref] = pk
            return
        self._still_as_planned(point, steps, deleting=action == DELETE)
        if action == UPDATE:
            self.client.update(known, [self._changed(step) for step in steps])
            self.touched.update((point, step.pk) for step in steps)
        else:
            self._spare_addresses(point, steps)
            self.client.delete(known, [step.pk for step in steps])

    def _new(self, step: Step) -> Json:
        wanted = step.wanted
        if wanted is None:
            raise ValueError(step)
        row = {name: written(value, self.ids) for name, value in {**wanted.once, **wanted.values}.items()}
        if step.custom:
            row["custom_fields"] = dict(step.custom)
        if step.tags_on:
            row["tags"] = _tags(step.tags_on)
        return row

    def _changed(self, step: Step) -> Json:
        wanted = step.wanted
        if wanted is None:
            raise ValueError(step)
        row: Json = {"id": step.pk}
        row |= {name: written(wanted.values[name], self.ids) for name in step.fields}
        if step.custom:
            row["custom_fields"] = dict(step.custom)
        if step.tags_on:
            row["add_tags"] = _tags(step.tags_on)
        if step.tags_off:
            row["remove_tags"] = _tags(step.tags_off)
        return row

    def _spare_addresses(self, point: str, steps: list[Step]) -> None:
        """NetBox deletes a port's IP addresses with it; those are not RAINBOW's."""
        if point != "interfaces":
            return
        carried = addresses_on(self.client, [step.pk for step in steps])
        for step in steps:
            if step.pk in carried:
                raise NetBoxError(
                    _("{label} is not deleted: the address {address} stands on it in NetBox").format(
                        label=step.label, address=carried[step.pk]
                    ),
                    cure=_("move the address in NetBox, then run it again"),
                )

    def _still_as_planned(self, point: str, steps: list[Step], *, deleting: bool) -> None:
        """Ports change as their cables are unplugged, by us: for those that go, being there is enough."""
        now = updated_of(self.client, POINTS[point], [step.pk for step in steps])
        for step in steps:
            ours = (point, step.pk) in self.touched
            if step.pk not in now or (now[step.pk] != step.updated and not deleting and not ours):
                raise NetBoxError(
                    _("{label} ({point} {pk}) was changed in NetBox while this ran").format(
                        label=step.label, point=POINTS[point].path, pk=step.pk
                    ),
                    cure=_("run it again: it looks at the change first"),
                )


def _stage(step: Step) -> tuple[str, str, int]:
    """What may be written together; a cable that is there already may be on any path."""
    fresh = step.wanted is not None and step.action == CREATE
    return step.action, step.point, step.wanted.wave if fresh and step.wanted is not None else ALONE


def _tags(codes: tuple[str, ...]) -> list[Json]:
    return [{"name": tag_of(code)} for code in codes]
