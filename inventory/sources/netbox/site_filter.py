"""A part of a NetBox: the sites a filter leaves, and what stands there.

Filters go by GraphQL, which refuses what it does not know.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from inventory.sources.netbox.held import CABLED
from inventory.sources.netbox.pages import sites_where
from rainbow.kernel.errors import NetBoxError, UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.sources.netbox.client import NetBoxClient
    from inventory.sources.netbox.held import Estate, Held

SITE_FILTERS = {
    "region": "region:{{slug:{{exact:{value}}}}}",
    "group": "group:{{slug:{{exact:{value}}}}}",
    "tag": "tags:{{slug:{{exact:{value}}}}}",
    "tenant": "tenant:{{slug:{{exact:{value}}}}}",
    "facility": "facility:{{exact:{value}}}",
    "name": "name:{{exact:{value}}}",
    "slug": "slug:{{exact:{value}}}",
}
"""Filters of sites by the names of the REST API, as GraphQL has them: that refuses what it does not know, while the
REST API answers a mistyped filter with everything, and never checks those of custom fields."""


def refuse_unknown(filters: Iterable[str]) -> None:
    """Make sure that filters are known, before anything is asked.

    Raises:
        UsageError: one is not.
    """
    for name in filters:
        if name not in SITE_FILTERS:
            near = get_close_matches(name, SITE_FILTERS, n=1)
            raise UsageError(
                _("there is no filter {name}").format(name=name),
                cure=_("did you mean {near}?").format(near=near[0])
                if near
                else _("known are {names}").format(names=", ".join(SITE_FILTERS)),
            )


def filtered(client: NetBoxClient, estate: Estate, filters: Mapping[str, str]) -> Estate:
    """An estate with the sites a filter leaves, what stands there, and cables with both ends there.

    Raises:
        UsageError: no such filter, or it leaves nothing.
        NetBoxError: NetBox does not heed it.
    """
    refuse_unknown(filters)
    asked = ",".join(SITE_FILTERS[name].format(value=json.dumps(value)) for name, value in filters.items())
    _refuse_ignored(client, filters)
    sites = sites_where(client, asked)
    if not sites:
        shown = " ".join(f"{name}={value}" for name, value in filters.items())
        raise UsageError(
            _("the filter {shown} leaves no site").format(shown=shown),
            cure=_("names of regions, groups, tags and tenants are their slugs: look them up in NetBox"),
        )
    return _narrowed(estate, sites)


def _refuse_ignored(client: NetBoxClient, filters: Mapping[str, str]) -> None:
    """Make sure that NetBox heeds the filters: what nobody is called must leave nothing.

    Raises:
        NetBoxError: it answers with everything all the same.
    """
    nobody = json.dumps(f"rainbow-{uuid.uuid4()}")
    for name in filters:
        if sites_where(client, SITE_FILTERS[name].format(value=nobody)):
            raise NetBoxError(
                _("nothing was written: NetBox answers the filter {name} with everything").format(name=name),
                cure=_("a NetBox of another version, perhaps: 4.7 is what RAINBOW is tested with"),
            )


def _narrowed(estate: Estate, sites: set[int]) -> Estate:
    objects = dict(estate.objects)
    objects["sites"] = {pk: held for pk, held in estate.of("sites").items() if pk in sites}
    objects["devices"] = {pk: held for pk, held in estate.of("devices").items() if held.number("site") in sites}
    for name in CABLED.values():
        objects[name] = {
            pk: held for pk, held in estate.of(name).items() if held.number("device") in objects["devices"]
        }
    objects["cables"] = {pk: held for pk, held in estate.of("cables").items() if _ends_in(held, objects)}
    return replace(estate, objects=objects)


def _ends_in(cable: Held, objects: Mapping[str, Mapping[int, Held]]) -> bool:
    sides = (cable.values.get("a_terminations"), cable.values.get("b_terminations"))
    ends = [end for side in sides if isinstance(side, tuple) for end in side if isinstance(end, tuple)]
    return all(isinstance(end[1], int) and end[1] in objects.get(str(end[0]), {}) for end in ends)
