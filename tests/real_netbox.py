"""A real NetBox on loopback, started by a test: PostgreSQL, Redis and gunicorn of its own, from a database dump.

NetBox needs Python 3.12 and minutes to install, so its virtual environment is made once and kept: in the folder
``RAINBOW_TEST_NETBOX_VENV`` names, else below the user's cache. PostgreSQL refuses to run as root: root hands it to
the user ``postgres``.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from conftest import free_port, require_real
from real_environment import environment, skip

VERSION = "4.7.3"
READY_S = 120.0
ADMIN = "rainbow-test"
_POSTGRES_USER = "postgres"


def netbox_environment() -> Path:
    """The virtual environment NetBox is installed in; made on first use (two minutes)."""
    return environment("NetBox", variable="RAINBOW_TEST_NETBOX_VENV", name=f"netbox-{VERSION}", fill=_install)


def _install(folder: Path) -> None:
    installed = subprocess.run(
        [str(folder / "bin/pip"), "install", "--quiet", f"netbox=={VERSION}", "gunicorn"],
        check=False,
        capture_output=True,
        text=True,
    )
    if installed.returncode:
        skip(f"NOT TESTED: netbox {VERSION} could not be installed: {installed.stderr.strip()[-400:]}")


def _postgres(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name


def _as_postgres(command: list[str]) -> list[str]:
    return ["runuser", "-u", _POSTGRES_USER, "--", *command] if os.geteuid() == 0 else command


class RealNetBox:
    """One NetBox: ``start``, ``stop_web``, ``start_web``, ``stop``; ``url`` and ``token`` are for its clients."""

    def __init__(self, folder: Path, dump: Path) -> None:
        require_real("postgres" if shutil.which("postgres") else _postgres("postgres"), "redis-server")
        self._python = netbox_environment() / "bin"
        self._folder = folder / "netbox"
        self._folder.mkdir(mode=0o755)
        self._dump = dump
        self._sql_port, self._redis_port, self.port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = ""
        self._password = secrets.token_urlsafe(18)
        self._web: subprocess.Popen[bytes] | None = None
        self._servers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> RealNetBox:  # noqa: PYI034 - typing.Self would do the same and says less here
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        self._start_database()
        self._servers.append(
            self._server(
                ["redis-server", "--port", str(self._redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", "."]
            )
        )
        self._configure()
        self._manage("createsuperuser", "--noinput", DJANGO_SUPERUSER_PASSWORD=self._password)
        self.start_web()
        self.token = self.provision()

    def start_web(self) -> None:
        """Start the web server; the data is that of before."""
        self._web = self._server(
            [
                *(
                    str(self._python / "gunicorn"),
                    "--bind",
                    f"127.0.0.1:{self.port}",
                    "--workers",
                    "2",
                    "--threads",
                    "4",
                ),
                *("--timeout", "300", "--log-level", "error", "netbox.wsgi:application"),
            ]
        )
        self._wait(lambda: self._answers("/login/"))

    def stop_web(self) -> None:
        """Stop the web server as a failing host would: at once."""
        if self._web is not None:
            os.killpg(self._web.pid, signal.SIGKILL)
            self._web.wait()
            self._web = None

    def stop(self) -> None:
        self.stop_web()
        for server in reversed(self._servers):
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        self._servers.clear()
        data = self._folder / "sql"
        if data.exists():
            subprocess.run(
                _as_postgres([_postgres("pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]),
                check=False,
                capture_output=True,
            )

    def provision(self) -> str:
        """A new token of the administrator, as ``nbt_KEY.SECRET``."""
        answer = self.post("/api/users/tokens/provision/", {"username": ADMIN, "password": self._password})
        return f"nbt_{answer['key']}.{answer['token']}" if "." not in str(answer["token"]) else str(answer["token"])

    def revoke_all(self) -> None:
        """Delete every token, as an administrator would who found one in a mail."""
        self._manage("shell", "-c", "from users.models import Token; Token.objects.all().delete()")

    def get(self, path: str) -> dict[str, object]:
        """A page of the REST API, read without any client of ours."""
        return self._ask(urllib.request.Request(self.url + path, headers=self._headers()))  # noqa: S310 - same

    def get_list(self, path: str) -> list[list[object]]:
        """A trace: NetBox gives a bare list."""
        request = urllib.request.Request(self.url + path, headers=self._headers())  # noqa: S310 - same
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - same
            found = json.load(answer)
        assert isinstance(found, list)
        return found

    def post(self, path: str, body: dict[str, object]) -> dict[str, object]:
        return self._send("POST", path, body)

    def patch(self, path: str, body: dict[str, object]) -> dict[str, object]:
        return self._send("PATCH", path, body)

    def delete(self, path: str) -> None:
        request = urllib.request.Request(self.url + path, headers=self._headers(), method="DELETE")  # noqa: S310 - same
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - same
            assert answer.status == 204

    def first(self, path: str) -> dict[str, object]:
        """The first object of a list."""
        found = self.get(path)["results"]
        assert isinstance(found, list)
        assert found, path
        return dict(found[0])

    def _send(self, method: str, path: str, body: dict[str, object]) -> dict[str, object]:
        headers = {"Content-Type": "application/json", **self._headers()}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers, method=method)  # noqa: S310 - our own server on loopback
        return self._ask(request)

    def count(self, path: str) -> int:
        """How many objects an end point (``/api/dcim/cables/``) has."""
        return int(str(self.get(f"{path}?limit=1")["count"]))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _ask(self, request: urllib.request.Request) -> dict[str, object]:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server on loopback
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.code} {error.read()[:500]!r}") from None
        assert isinstance(found, dict)
        return found

    def _answers(self, path: str) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310 - same
            return answer.status == 200
        return False

    def _wait(self, ready: object) -> None:
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            if callable(ready) and ready():
                return
            time.sleep(0.2)
        raise AssertionError(f"NetBox was not ready in {READY_S:.0f} s; see {self._folder}/log")

    def _server(self, command: list[str]) -> subprocess.Popen[bytes]:
        """A server in a process group of its own, so that its workers go with it."""
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, env=self._environment(), cwd=self._folder, start_new_session=True
            )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "NETBOX_ROOT": str(self._folder),
            "DJANGO_SETTINGS_MODULE": "netbox.settings",
        }

    def _manage(self, *words: str, **extra: str) -> None:
        extra = {"DJANGO_SUPERUSER_USERNAME": ADMIN, "DJANGO_SUPERUSER_EMAIL": "nobody@localhost", **extra}
        done = subprocess.run(
            [str(self._python / "netbox"), *words],
            check=False,
            capture_output=True,
            text=True,
            env=self._environment() | extra,
            cwd=self._folder,
        )
        assert done.returncode == 0, done.stderr[-2000:]

    def _start_database(self) -> None:
        data = self._folder / "sql"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(data, pwd.getpwnam(_POSTGRES_USER).pw_uid, pwd.getpwnam(_POSTGRES_USER).pw_gid)
            for parent in [self._folder, *self._folder.parents]:
                if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
        sockets = f"-k '' -h 127.0.0.1 -p {self._sql_port} -c fsync=off -c synchronous_commit=off"
        for command in (
            [_postgres("initdb"), "-D", str(data), "-A", "trust", "-U", "netbox", "-E", "UTF8", "--no-sync"],
            [_postgres("pg_ctl"), "-D", str(data), "-w", "-o", sockets, "-l", str(data / "log"), "start"],
        ):
            done = subprocess.run(
                _as_postgres(command), check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
            )
            assert done.returncode == 0, f"{command[0]}: {done.returncode}"
        address = ["-h", "127.0.0.1", "-p", str(self._sql_port), "-U", "netbox"]
        subprocess.run([_postgres("createdb"), *address, "netbox"], check=True)
        subprocess.run(
            [
                _postgres("pg_restore"),
                *address,
                "-d",
                "netbox",
                "--no-owner",
                "--no-privileges",
                "-j",
                "2",
                str(self._dump),
            ],
            check=True,
        )

    def _configure(self) -> None:
        folder = self._folder / "conf"
        folder.mkdir()
        redis = {"HOST": "127.0.0.1", "PORT": self._redis_port, "USERNAME": "", "PASSWORD": "", "SSL": False}
        settings = {
            "ALLOWED_HOSTS": ["*"],
            "DATABASES": {
                "default": {
                    "NAME": "netbox",
                    "USER": "netbox",
                    "PASSWORD": "",
                    "HOST": "127.0.0.1",
                    "PORT": str(self._sql_port),
                    "CONN_MAX_AGE": 300,
                }
            },
            "REDIS": {"tasks": redis | {"DATABASE": 0}, "caching": redis | {"DATABASE": 1}},
            "SECRET_KEY": secrets.token_urlsafe(50),
            "API_TOKEN_PEPPERS": {1: secrets.token_urlsafe(50)},
            "METRICS_ENABLED": False,
            "RELEASE_CHECK_URL": None,
            "CENSUS_REPORTING_ENABLED": False,
        }
        lines = [f"{name} = {value!r}" for name, value in settings.items()]
        (folder / "configuration.py").write_text("\n".join(lines) + "\n")
