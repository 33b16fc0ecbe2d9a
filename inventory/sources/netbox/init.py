"""The custom fields and tags RAINBOW needs in a NetBox; nothing else ever makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.sources.netbox.groups import tag_of
from inventory.sources.netbox.held import POINTS
from inventory.sources.netbox.pages import objects
from inventory.sources.netbox.wanted import slug
from rainbow.kernel.errors import NetBoxError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.sources.netbox.client import Json, NetBoxClient

TAG_SAYS = "Shared risk: what carries this tag fails together"
_KEYED = tuple(point.model for point in POINTS.values() if point.keyed)
_CABLES = (POINTS["cables"].model,)
_PLACED = tuple(point.model for point in POINTS.values() if point.grouped)
_PORTS = (POINTS["interfaces"].model,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """One custom field, and what NetBox shows beside it. Only RAINBOW writes ``locked`` ones."""

    name: str
    label: str
    kind: str
    models: tuple[str, ...]
    description: str
    unique: bool = False
    locked: bool = True


FIELDS = (
    CustomField(
        name="rainbow_id",
        label="RAINBOW id",
        kind="text",
        models=_KEYED,
        description="Identity of the record in RAINBOW (UUID), the same in all systems",
        unique=True,
    ),
    CustomField(
        name="rainbow_record",
        label="RAINBOW record",
        kind="json",
        models=_KEYED,
        description="What RAINBOW knows of the object and NetBox has no field for",
    ),
    CustomField(
        name="rainbow_colours",
        label="Colours",
        kind="text",
        models=_PORTS,
        description="Wavelengths in use on the link of this port, with user group and direction",
    ),
    CustomField(
        name="strand_count", label="Strands", kind="integer", models=_CABLES, description="Strands of the cable"
    ),
    CustomField(
        name="route_sections",
        label="Trench sections",
        kind="json",
        models=_CABLES,
        description="Codes of the trench sections the cable lies in, in order",
    ),
    CustomField(
        name="route_known",
        label="Route known",
        kind="text",
        models=_CABLES,
        description="full, partial or none: whether the cable's way through the ground is documented",
        locked=False,
    ),
    CustomField(
        name="rainbow_source",
        label="Source",
        kind="text",
        models=_PLACED,
        description="Where what is documented here comes from: a survey, a drawing, a hearsay",
        locked=False,
    ),
    CustomField(
        name="rainbow_as_of",
        label="As of",
        kind="date",
        models=_PLACED,
        description="The day the documentation was right",
        locked=False,
    ),
    CustomField(
        name="rainbow_accuracy_m",
        label="Accuracy",
        kind="decimal",
        models=_PLACED,
        description="How accurate its place is, in metres",
        locked=False,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InitStep:
    """A custom field that is to be made, or to be opened for further kinds of objects."""

    field: CustomField
    pk: int = 0
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What a NetBox lacks: custom fields, and tags of risk groups."""

    fields: tuple[InitStep, ...]
    tags: tuple[str, ...]


def plan_init(client: NetBoxClient, groups: Iterable[str]) -> Lacking:
    """What a NetBox lacks; ``groups`` are the codes of the city's risk groups.

    Raises:
        NetBoxError: it has a field of that name and another type.
    """
    client.version()
    there = {held.text("name") for page in objects(client, POINTS["tags"]) for held in page}
    tags = tuple(name for name in map(tag_of, groups) if name not in there)
    return Lacking(fields=_fields_lacking(client), tags=tags)


def _fields_lacking(client: NetBoxClient) -> tuple[InitStep, ...]:
    there = client.custom_fields()
    steps: list[InitStep] = []
    for item in FIELDS:
        found = there.get(item.name)
        if found is None:
            steps.append(InitStep(field=item, models=item.models))
            continue
        kind = found.get("type")
        value = kind.get("value") if isinstance(kind, dict) else kind
        if value != item.kind:
            raise NetBoxError(
                _("NetBox has a custom field {name} of type {value}; RAINBOW needs {kind}").format(
                    name=item.name, value=value, kind=item.kind
                ),
                cure=_("rename the one that is there, then run it again"),
            )
        models = found.get("object_types")
        known = [str(model) for model in models] if isinstance(models, list) else []
        if set(item.models) - set(known):
            steps.append(InitStep(field=item, pk=int(str(found["id"])), models=tuple(sorted({*known, *item.models}))))
    return tuple(steps)


def apply_init(client: NetBoxClient, lacking: Lacking) -> None:
    """Make it."""
    for step in lacking.fields:
        if step.pk:
            client.update_custom_field({"id": step.pk, "object_types": list(step.models)})
        else:
            client.create_custom_field(_body(step))
    if lacking.tags:
        rows: list[Json] = [{"name": name, "slug": slug(name), "description": TAG_SAYS} for name in lacking.tags]
        client.create(POINTS["tags"], rows)


def require_init(client: NetBoxClient, groups: Iterable[str]) -> None:
    """Make sure that NetBox has all custom fields and tags, before anything is written.

    Raises:
        NetBoxError: it has not.
    """
    lacking = plan_init(client, groups)
    if missing := [*(step.field.name for step in lacking.fields), *lacking.tags]:
        raise NetBoxError(
            _("nothing was written: NetBox lacks the custom fields and tags {names}").format(names=", ".join(missing)),
            cure=_("make them: rainbow inventory netbox init CITY"),
        )


def _body(step: InitStep) -> Json:
    return {
        "name": step.field.name,
        "label": step.field.label,
        "type": step.field.kind,
        "object_types": list(step.models),
        "description": step.field.description,
        "group_name": "RAINBOW",
        "unique": step.field.unique,
        "ui_visible": "if-set",
        "ui_editable": "no" if step.field.locked else "yes",
        "filter_logic": "exact",
    }
