"""The page behind a real nginx that has the TLS: who came from where, changes from our own pages, forged headers."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
import requests
from certificates import Authority
from conftest import ROOT, free_port, require_real
from requests.adapters import HTTPAdapter
from server_process import ServerProcess

from rainbow.audited import audit_log
from trust.break_glass import STEP_S, hashed, new_totp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real
NAME, PASSWORD = "notfall", "correct horse battery staple"
DESK, NGINX = (
    "127.0.0.5",
    """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{front} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    location / {{
      proxy_pass http://127.0.0.1:{back};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
""",
)
"""The desk is an address of this machine that is not the proxy's; the rest is what docs/security.md tells."""


class _FromTheDesk(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, source_address=(DESK, 0))


@dataclass(frozen=True, kw_only=True)
class Front:
    """A city whose page people reach at ``address``."""

    address: str
    city: Path
    trusts: Path
    totp: str

    def browser(self) -> requests.Session:
        """Somebody at the desk."""
        made = requests.Session()
        made.trust_env, made.verify = False, str(self.trusts)
        made.mount("https://", _FromTheDesk())
        return made

    def signed_in(self) -> requests.Session:
        """The same with a session. Once: a code of the second factor goes once."""
        browser = self.browser()
        code = pyotp.TOTP(self.totp, interval=STEP_S).now()
        form = {"name": NAME, "password": PASSWORD, "code": code, "next": "/account"}
        answer = browser.post(f"{self.address}/sign-in/local", data=form, timeout=30)
        assert answer.url == f"{self.address}/account", answer.text
        return browser


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    require_real("nginx")
    folder = tmp_path_factory.mktemp("nginx")
    city, authority = folder / "lautern", Authority(folder / "tls")
    shutil.copytree(ROOT / "cities" / "lautern", city, ignore=shutil.ignore_patterns("state"))
    address, back = f"https://127.0.0.1:{free_port()}", free_port()
    totp, _address = new_totp(NAME, "test")
    for name, secret in (("password", hashed(PASSWORD)), ("totp", totp)):
        (city / name).write_text(secret, encoding="ascii")
        (city / name).chmod(0o600)
    with (city / "city.toml").open("a", encoding="utf-8") as file:
        file.write(f"""
[page]
port = {back}
public_url = "{address}"
proxies = ["127.0.0.1"]

[access.break_glass]
name = "{NAME}"
password_file = "password"
totp_file = "totp"
""")
    certificate, key = authority.issued("nginx")
    config = folder / "nginx.conf"
    front = address.rpartition(":")[2]
    config.write_text(NGINX.format(folder=folder, front=front, back=back, certificate=certificate, key=key))
    page, nginx = ServerProcess(), ServerProcess()
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") or "nginx"
    try:
        page.launch(
            [sys.executable, "-m", "rainbow", "serve", str(city)], f"http://127.0.0.1:{back}/health/live", ready_s=60
        )
        command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(config)]
        nginx.launch(command, f"{address}/health/live", ready_s=60, trusted=authority.context())
        yield Front(address=address, city=city, trusts=authority.path, totp=totp)
    finally:
        nginx.stop()
        page.stop()


def test_who_is_not_signed_in_is_led_to_the_sign_in_at_the_address_people_use(front: Front) -> None:
    asked = front.browser().get(front.address, headers={"accept": "text/html"}, timeout=30)
    assert (asked.status_code, asked.url) == (200, f"{front.address}/sign-in?next=%2F")
    assert "max-age" in asked.headers["strict-transport-security"]


def test_the_map_is_served_the_log_knows_the_desk_and_changes_are_ours(front: Front) -> None:
    browser = front.signed_in()
    (cookie,) = browser.cookies
    assert (cookie.name, cookie.secure, cookie.path) == ("__Host-rainbow", True, "/")
    page = browser.get(front.address, timeout=30)
    assert page.status_code == 200
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        assert browser.get(front.address + path, timeout=30).status_code == 200, path
    ok = [entry for entry in audit_log(front.city).entries() if entry.text("action") == "sign_in.ok"]
    assert ok[-1].text("address") == DESK
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', browser.get(f"{front.address}/account", timeout=30).text)
    assert csrf is not None
    out = f"{front.address}/sign-out"
    for origin, status in (("https://evil.example", 403), (front.address, 200)):
        answer = browser.post(out, data={"csrf": csrf[1]}, headers={"origin": origin}, timeout=30)
        assert answer.status_code == status, origin
    assert browser.get(f"{front.address}/account", timeout=30).status_code == 401


def test_what_a_browser_says_of_its_address_is_not_believed(front: Front) -> None:
    headers = {"x-forwarded-for": "198.51.100.9", "x-real-ip": "198.51.100.9", "forwarded": "for=198.51.100.9"}
    headers |= {"x-forwarded-user": NAME, "remote-user": NAME}
    form = {"name": "somebody", "password": "wrong", "code": "000000"}
    refused = front.browser().post(f"{front.address}/sign-in/local", data=form, headers=headers, timeout=30)
    assert refused.status_code == 401
    assert front.browser().get(f"{front.address}/account", headers=headers, timeout=30).status_code == 401
    entries = [entry for entry in audit_log(front.city).entries() if entry.text("action") == "sign_in.refused"]
    assert entries[-1].text("address") == DESK


def test_another_name_of_the_page_leads_nowhere(front: Front) -> None:
    answer = front.browser().get(f"{front.address}/sign-in", headers={"host": "evil.example"}, timeout=30)
    assert answer.status_code == 421
