"""``rainbow serve``: the planner's page and the REST API."""

from __future__ import annotations

import logging
import socket
import ssl
from typing import TYPE_CHECKING

import click

from rainbow import systemd
from rainbow.city import open_city
from rainbow.cli.options import CITY
from rainbow.kernel.errors import SettingsError, UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rainbow.city import City

GRACE_S = 3
"""Open requests get so long to end when the page is stopped."""


@click.command(
    help=_(
        "Serve the page and the REST API of CITY: on this machine alone, unless city.toml has TLS and a sign-in "
        "([page] and [access])."
    )
)
@CITY
@click.option("--port", type=click.IntRange(1, 65535), help=_("Port; by default that of city.toml."))
@click.option("--access-log", is_flag=True, help=_("Write a line for each request."))
def serve(city: Path, port: int | None, *, access_log: bool) -> None:
    """Serve until Ctrl-C."""
    import uvicorn  # noqa: PLC0415 - loaded only where it serves

    from rainbow.wiring import page  # noqa: PLC0415 - same

    opened = open_city(city)
    tls = _tls(opened)
    host, chosen = opened.settings.page.host, port or opened.settings.page.port
    _require_free(host, chosen)

    async def say_alive() -> None:
        systemd.alive()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            systemd.tell("READY=1")

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            systemd.tell("STOPPING=1")
            await super().shutdown(sockets)

    config = uvicorn.Config(
        page(opened),
        host=host,
        port=chosen,
        log_level="info" if access_log else "warning",
        access_log=access_log,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
        callback_notify=say_alive,
        timeout_notify=max(1, int(systemd.alive_every_s())),
        ssl_context_factory=tls,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    scheme = "https" if tls is not None else "http"
    click.echo(_("page: {address}").format(address=f"{scheme}://{_in_address(host)}:{chosen}/"))
    click.echo(_("Ctrl-C ends it"), err=True)
    Server(config).run()


def _is_news(record: logging.LogRecord) -> bool:
    """Browsers that keep an idle connection at the end of the page are no error: nothing of theirs was under way."""
    return not (str(record.msg).startswith("Cancel %s running task") and record.args == (0,))


def _tls(city: City) -> Callable[..., ssl.SSLContext] | None:
    """TLS 1.3 with the certificate of the settings; None where they have none.

    Raises:
        SettingsError: certificate or key cannot be used.
    """
    page = city.settings.page
    if not page.tls_certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    certificate, key = page.tls_certificate, page.tls_key
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            _("page: certificate {certificate} and key {key} cannot be used: {error}").format(
                certificate=certificate, key=key, error=getattr(error, "strerror", None) or error
            ),
            cure=_("name two PEM files that belong together, readable by this user"),
        ) from None
    return lambda _config, _default: context


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _require_free(host: str, port: int) -> None:
    """Say it in our words before the server says it in its own.

    Raises:
        UsageError: somebody listens there already.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                _("port {port} of {host} cannot be used: {error}").format(port=port, host=host, error=error.strerror),
                cure=_("end what listens there, or name another port with --port"),
            ) from None
