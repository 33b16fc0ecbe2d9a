"""Requests as a manager sends them and replies as it reads them, written apart from the simulator's own codec."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api
from pysnmp.proto.api import v2c

if TYPE_CHECKING:
    from pyasn1.type.base import Asn1Type

COMMUNITY = "secret"
Oid = tuple[int, ...]


class Answer(NamedTuple):
    """A reply: error status, error index, and names with pysnmp's values."""

    error: int
    index: int
    binds: list[tuple[Oid, Asn1Type]]


def request(
    kind: str, *oids: Oid, first: int = 0, second: int = 0, version: int = 1, community: str = COMMUNITY
) -> bytes:
    """A datagram encoded by pysnmp. ``first`` and ``second`` are GetBulk's non-repeaters and max-repetitions."""
    module = api.PROTOCOL_MODULES[version]
    pdu = {
        "get": module.GetRequestPDU,
        "next": module.GetNextRequestPDU,
        "set": module.SetRequestPDU,
        "bulk": v2c.GetBulkRequestPDU,
    }[kind]()
    api_pdu = v2c.apiBulkPDU if kind == "bulk" else module.apiPDU
    api_pdu.set_defaults(pdu)
    if kind == "bulk":
        v2c.apiBulkPDU.set_non_repeaters(pdu, first)
        v2c.apiBulkPDU.set_max_repetitions(pdu, second)
    api_pdu.set_varbinds(pdu, [(oid, module.Null("")) for oid in oids])
    message = module.Message()
    module.apiMessage.set_defaults(message)
    module.apiMessage.set_community(message, community)
    module.apiMessage.set_pdu(message, pdu)
    return bytes(encoder.encode(message))


def answer(datagram: bytes | None, *, version: int = 1) -> Answer:
    """A reply decoded by pysnmp."""
    assert datagram is not None, "no answer"
    module = api.PROTOCOL_MODULES[version]
    message, rest = decoder.decode(datagram, asn1Spec=module.Message())
    assert not rest
    pdu = module.apiMessage.get_pdu(message)
    binds = [(tuple(name), value) for name, value in module.apiPDU.get_varbinds(pdu)]
    return Answer(
        int(module.apiPDU.get_error_status(pdu)),
        int(module.apiPDU.get_error_index(pdu, muteErrors=True)),
        binds,
    )
