"""The page behind a real Keycloak, both as processes of their own: in, out by either side, and a role taken away."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from certificates import Authority
from conftest import ROOT, free_port
from real_keycloak import CLIENT, REALM, RealKeycloak, browser, keycloak, signed_in
from server_process import ServerProcess

from rainbow.audited import audit_log
from rainbow.city import open_city
from rainbow.doorway import sessions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import requests

pytestmark = pytest.mark.real
NAME, PASSWORD = "m.berg", "a long password of a person"
READERS, TECHNICIANS = "netz-leser", "netz-technik"
LOOK = "/api/v1/control"


@dataclass(frozen=True)
class Behind:
    """A page behind its provider; ``user`` is the provider's id of the person."""

    provider: RealKeycloak
    city: Path
    page: str
    trusts: Path
    user: str

    def visitor(self) -> requests.Session:
        """Somebody who has just signed in."""
        made = browser(self.trusts)
        last = signed_in(made, self.page, NAME, PASSWORD)
        assert (last.status_code, last.url) == (200, f"{self.page}/account"), last.text
        return made

    def is_in(self, visitor: requests.Session) -> bool:
        return visitor.get(self.page + LOOK, timeout=30).status_code == 200

    def is_out(self, visitor: requests.Session, within_s: float = 10) -> bool:
        """Soon: the provider tells after it has answered whoever asked it."""
        end = time.monotonic() + within_s
        while self.is_in(visitor):
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True

    def there(self) -> set[str]:
        """The provider's own numbers of the sessions that are known here."""
        return {one.provider_session for one in sessions(open_city(self.city)).all(time.time())}


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    keycloak()
    folder = tmp_path_factory.mktemp("keycloak")
    city, page = folder / "lautern", f"https://127.0.0.1:{free_port()}"
    shutil.copytree(ROOT / "cities" / "lautern", city, ignore=shutil.ignore_patterns("state"))
    authority = Authority(city / "tls")
    certificate, key = authority.issued("page")
    provider = RealKeycloak(certificate, key, trusts=authority.path)
    with (city / "city.toml").open("a", encoding="utf-8") as file:
        file.write(f"""
[page]
port = {page.rpartition(":")[2]}
public_url = "{page}"
tls_certificate = "tls/page.pem"
tls_key = "tls/page.key"

[access.oidc]
issuer = "{provider.issuer}"
client_id = "{CLIENT}"
client_secret_file = "client_secret"
ca_file = "tls/ca.pem"

[access.roles]
{READERS} = "viewer"
{TECHNICIANS} = "engineer"
""")
    (city / "client_secret").write_text(provider.client_secret, encoding="ascii")
    (city / "client_secret").chmod(0o600)
    served = ServerProcess()
    try:
        provider.start()
        provider.has_realm(page, [READERS, TECHNICIANS, "staff"])
        user = provider.has_user(NAME, PASSWORD, READERS)
        command = [sys.executable, "-m", "rainbow", "serve", str(city)]
        served.launch(command, f"{page}/health/live", ready_s=60, trusted=authority.context())
        yield Behind(provider, city, page, authority.path, user)
    finally:
        served.stop()
        provider.stop()


def test_in_by_the_provider_and_out_by_both_sides(behind: Behind) -> None:
    visitor = behind.visitor()
    assert "M. Berg" in visitor.get(f"{behind.page}/account", timeout=30).text
    assert behind.is_in(visitor)
    assert all(behind.there())
    behind.provider.asked("POST", f"/admin/realms/{REALM}/users/{behind.user}/logout")
    assert behind.is_out(visitor)
    ended = [entry for entry in audit_log(behind.city).entries() if entry.text("action") == "session.end"]
    assert ended[-1].text("reason") == "signed out at the provider"


def test_who_signs_out_here_can_sign_out_there_and_is_asked_who_they_are_again(behind: Behind) -> None:
    visitor, other = behind.visitor(), behind.visitor()
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', visitor.get(f"{behind.page}/account", timeout=30).text)
    assert csrf is not None
    out = visitor.post(f"{behind.page}/sign-out", data={"csrf": csrf[1]}, timeout=30)
    assert "/sign-in/end" in out.text
    assert not behind.is_in(visitor)
    again = visitor.get(f"{behind.page}/sign-in/begin", params={"next": "/account"}, timeout=30)
    assert again.url == f"{behind.page}/account", "the provider knows them still"
    there = visitor.get(f"{behind.page}/sign-in/end", timeout=30)
    form = re.search(r'<form[^>]* action="([^"]+)"', there.text)
    code = re.search(r'name="session_code" value="([^"]+)"', there.text)
    assert form is not None
    assert code is not None
    visitor.post(
        urljoin(there.url, unescape(form[1])), data={"session_code": code[1], "confirmLogout": "1"}, timeout=30
    )
    assert behind.is_out(visitor)
    assert behind.is_in(other)
    asked = visitor.get(f"{behind.page}/sign-in/begin", params={"next": "/account"}, timeout=30)
    assert asked.url.startswith(behind.provider.issuer)
    behind.provider.asked("POST", f"/admin/realms/{REALM}/users/{behind.user}/logout")
    assert behind.is_out(other)


def test_one_session_there_is_one_session_here(behind: Behind) -> None:
    desk = behind.visitor()
    (at_the_desk,) = behind.there()
    phone = behind.visitor()
    behind.provider.asked("DELETE", f"/admin/realms/{REALM}/sessions/{at_the_desk}")
    assert behind.is_out(desk)
    assert behind.is_in(phone)
    behind.provider.asked("POST", f"/admin/realms/{REALM}/users/{behind.user}/logout")
    assert behind.is_out(phone)


def test_a_role_taken_away_there_is_gone_here_at_once(behind: Behind) -> None:
    visitor = behind.visitor()
    groups = behind.provider.asked("GET", f"/admin/realms/{REALM}/groups").json()
    number = {group["name"]: group["id"] for group in groups}
    person = f"/admin/realms/{REALM}/users/{behind.user}"
    behind.provider.asked("DELETE", f"{person}/groups/{number[READERS]}")
    behind.provider.asked("PUT", f"{person}/groups/{number['staff']}")
    behind.provider.asked("POST", f"{person}/logout")
    try:
        assert behind.is_out(visitor)
        refused = signed_in(browser(behind.trusts), behind.page, NAME, PASSWORD)
        assert refused.status_code == 403
        assert "no role here" in refused.text
    finally:
        behind.provider.asked("PUT", f"{person}/groups/{number[READERS]}")


def test_nothing_of_the_provider_is_kept_but_its_number(behind: Behind) -> None:
    behind.visitor()
    with closing(sqlite3.connect(behind.city / "state" / "sessions.sqlite")) as file:
        kept = str(file.execute("SELECT * FROM session").fetchall())
    assert behind.provider.client_secret not in kept
    assert "eyJ" not in kept, "a token"
