"""A real Keycloak on loopback, with a realm for RAINBOW. ``RAINBOW_TEST_KEYCLOAK`` names its ``kc.sh``."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import requests
from conftest import free_port
from server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

READY_S = 240.0
REALM, CLIENT = "stadt", "rainbow"


def keycloak() -> str:
    """The program, or a loud skip: no Debian package has it, and it takes a minute to begin."""
    found = shutil.which(os.environ.get("RAINBOW_TEST_KEYCLOAK", "kc.sh"))
    if found is None:
        pytest.skip("NOT TESTED: no Keycloak here; RAINBOW_TEST_KEYCLOAK names its kc.sh")
    return found


class RealKeycloak(ServerProcess):
    """One server, all in memory. ``trusts`` is the authority of the page it tells of those who sign out."""

    def __init__(self, certificate: Path, key: Path, *, trusts: Path) -> None:
        self._program, self._certificate, self._key, self._trusts = keycloak(), certificate, key, trusts
        self._port, self._plain_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self._plain_port}"
        self.issuer = f"https://127.0.0.1:{self._port}/realms/{REALM}"
        self.client_secret = secrets.token_urlsafe(24)
        self._admin_password = secrets.token_urlsafe(16)

    def start(self) -> None:
        self.launch(
            [self._program, "start-dev", "--db=dev-mem", "--cache=local"],
            f"{self.url}/realms/master",
            ready_s=READY_S,
            environment={
                "KC_HTTP_HOST": "127.0.0.1",
                "KC_HTTP_PORT": str(self._plain_port),
                "KC_HTTPS_PORT": str(self._port),
                "KC_HTTPS_CERTIFICATE_FILE": str(self._certificate),
                "KC_HTTPS_CERTIFICATE_KEY_FILE": str(self._key),
                "KC_TRUSTSTORE_PATHS": str(self._trusts),
                "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
                "KC_BOOTSTRAP_ADMIN_PASSWORD": self._admin_password,
            },
        )

    def has_realm(self, page: str, groups: list[str]) -> None:
        """A realm whose client is the page at this address, as docs/security.md tells how to set it up."""
        mapper = {
            "name": "groups",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-group-membership-mapper",
            "config": {"claim.name": "groups", "full.path": "false", "id.token.claim": "true"},
        }
        client = {
            "clientId": CLIENT,
            "secret": self.client_secret,
            "redirectUris": [f"{page}/sign-in/back"],
            "standardFlowEnabled": True,
            "directAccessGrantsEnabled": False,
            "attributes": {
                "pkce.code.challenge.method": "S256",
                "backchannel.logout.url": f"{page}/sign-in/back-channel",
                "backchannel.logout.session.required": "true",
            },
            "protocolMappers": [mapper],
        }
        realm = {"realm": REALM, "enabled": True, "clients": [client], "groups": [{"name": name} for name in groups]}
        self.asked("POST", "/admin/realms", json=realm)

    def has_user(self, name: str, password: str, group: str) -> str:
        """The id of a person in this group."""
        user = {
            "username": name,
            "enabled": True,
            "email": f"{name}@stadt.example",
            "firstName": "M.",
            "lastName": "Berg",
            "groups": [group],
            "credentials": [{"type": "password", "value": password}],
        }
        self.asked("POST", f"/admin/realms/{REALM}/users", json=user)
        return str(self.asked("GET", f"/admin/realms/{REALM}/users", params={"username": name}).json()[0]["id"])

    def asked(self, method: str, path: str, **more: Any) -> requests.Response:
        """What the administrator is answered."""
        answer = requests.request(
            method, self.url + path, headers={"authorization": f"Bearer {self._admin()}"}, timeout=60, **more
        )
        answer.raise_for_status()
        return answer

    def _admin(self) -> str:
        form = {
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": "admin",
            "password": self._admin_password,
        }
        answer = requests.post(f"{self.url}/realms/master/protocol/openid-connect/token", data=form, timeout=60)
        answer.raise_for_status()
        return str(answer.json()["access_token"])


def browser(trusts: Path) -> requests.Session:
    """A browser, as far as it takes one."""
    made = requests.Session()
    made.trust_env = False  # REQUESTS_CA_BUNDLE would win over the line below
    made.verify = str(trusts)
    return made


def signed_in(visitor: requests.Session, page: str, name: str, password: str) -> requests.Response:
    """The whole way by the provider's own form; where it ends."""
    asked = visitor.get(f"{page}/sign-in/begin", params={"next": "/account"}, timeout=60)
    found = re.search(r'<form[^>]* action="([^"]+)"', asked.text)
    assert found is not None, asked.text
    fields = {"username": name, "password": password, "credentialId": ""}
    return visitor.post(unescape(found[1]), data=fields, timeout=60)
