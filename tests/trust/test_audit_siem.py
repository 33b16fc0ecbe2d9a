"""Records to a server by TLS: a real rsyslog that asks who is sending, and servers that take nothing."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from certificates import Authority
from conftest import free_port, require_real

from rainbow.kernel.errors import AuditError
from rainbow.kernel.places import NO_FILE, NamedFile
from rainbow.kernel.samples import UnixNs
from trust import audit_delivery
from trust.anchors import AnchorFile, Signer, make_key_file, tell_syslog
from trust.audit import AuditLog
from trust.audit_delivery import delivered
from trust.audit_record import Act, Actor, Result
from trust.audit_settings import SiemSettings

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

NOW_NS = 1_790_000_000_000_000_000
ANNA = Actor(subject="anna", method="oidc", address="192.0.2.7", display="Anna Größe")
READY_S = 20.0


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "audit", clock=lambda: NOW_NS)


def noted(log: AuditLog, count: int, *, thing: str = "a thing") -> None:
    for number in range(count):
        log.note(Act(action="test", kind="test", thing=f"{thing} {number}", result=Result.REFUSED), ANNA)


def settings(port: int, authority: Authority, *, brings: Authority | None, form: str = "rfc5424") -> SiemSettings:
    pair = brings.issued("sender") if brings is not None else None
    return SiemSettings(
        host="127.0.0.1",
        port=port,
        ca_file=NamedFile(str(authority.path)),
        cert_file=NamedFile(str(pair[0])) if pair else NO_FILE,
        cert_key_file=NamedFile(str(pair[1])) if pair else NO_FILE,
        form=form,
    )


class RealRsyslog:
    """Debian's rsyslogd, which takes only who has a certificate of the authority; it writes what it understood."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        require_real("rsyslogd")
        self.port, self.out = free_port(), folder / "taken"
        certificate, key = authority.issued("rsyslog")
        self._folder, self._config = folder, folder / "rsyslog.conf"
        self._config.write_text(
            f"""
global(workDirectory="{folder}" maxMessageSize="64k" parser.permitSlashInProgramName="on"
       defaultNetstreamDriverCAFile="{authority.path}"
       defaultNetstreamDriverCertFile="{certificate}" defaultNetstreamDriverKeyFile="{key}")
module(load="imuxsock" sysSock.use="off")
input(type="imuxsock" socket="{folder}/log")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
input(type="imtcp" port="{self.port}" address="127.0.0.1")
template(name="as_read" type="list" option.jsonf="on") {{
  property(outname="facility" name="syslogfacility" format="jsonf")
  property(outname="severity" name="syslogseverity" format="jsonf")
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="app" name="app-name" format="jsonf")
  property(outname="msgid" name="msgid" format="jsonf")
  property(outname="data" name="structured-data" format="jsonf")
  property(outname="msg" name="msg" format="jsonf")
  property(outname="raw" name="rawmsg" format="jsonf")
}}
action(type="omfile" file="{self.out}" template="as_read")
""",
            encoding="utf-8",
        )

    def start(self) -> None:
        program = shutil.which("rsyslogd", path="/usr/sbin:/sbin:/usr/bin") or "rsyslogd"
        self._process = subprocess.Popen(
            [program, "-n", "-f", str(self._config), "-i", str(self._folder / "pid")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError("rsyslogd did not answer in time; is rsyslog-gnutls installed?")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def taken(self, count: int) -> list[dict[str, str]]:
        """What it has read, once it is so many; fewer after a while."""
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            lines = self.out.read_text(encoding="utf-8").splitlines() if self.out.exists() else []
            if len(lines) >= count:
                break
            time.sleep(0.05)
        return [json.loads(line) for line in lines]


@pytest.fixture
def rsyslog(tmp_path: Path, authority: Authority) -> Iterator[RealRsyslog]:
    folder = tmp_path / "rsyslog"
    folder.mkdir()
    server = RealRsyslog(folder, authority)
    server.start()
    yield server
    server.stop()


@pytest.mark.real
def test_rsyslog_reads_what_was_written(log: AuditLog, rsyslog: RealRsyslog, authority: Authority) -> None:
    noted(log, 2500, thing='"] <1>1 forged\n\\ Größe')
    assert audit_delivery.deliver(log, settings(rsyslog.port, authority, brings=authority), NOW_NS) == 2500
    taken = rsyslog.taken(2500)
    assert len(taken) == 2500
    assert {(one["facility"], one["severity"], one["app"], one["msgid"]) for one in taken} == {
        ("13", "4", "rainbow", "test")
    }
    assert [f' n="{number}" ' in one["data"] for number, one in enumerate(taken, 1)] == [True] * 2500
    assert 'actor="anna"' in taken[0]["data"]
    assert 'thing="\\"\\] <1>1 forged' in taken[0]["data"]
    assert taken[0]["time"].startswith("2026-09-21T")
    assert audit_delivery.deliver(log, settings(rsyslog.port, authority, brings=authority), NOW_NS) == 0


@pytest.mark.real
def test_json_arrives_as_it_was_written(log: AuditLog, rsyslog: RealRsyslog, authority: Authority) -> None:
    noted(log, 3, thing='Größe "x" \\')
    siem = settings(rsyslog.port, authority, brings=authority, form="json")
    assert audit_delivery.deliver(log, siem, NOW_NS) == 3
    read = [json.loads(one["raw"]) for one in rsyslog.taken(3)]
    assert [one["rainbow"]["object"] for one in read] == [f'Größe "x" \\ {number}' for number in range(3)]


@pytest.mark.real
def test_what_rsyslog_refuses_waits_and_goes_when_it_does_not(
    log: AuditLog, rsyslog: RealRsyslog, authority: Authority, tmp_path: Path
) -> None:
    noted(log, 10)
    for brings in (None, Authority(tmp_path / "theirs")):
        with pytest.raises(AuditError, match="takes no records"):
            audit_delivery.deliver(log, settings(rsyslog.port, authority, brings=brings), NOW_NS)
        assert delivered(log).n == 0
    assert audit_delivery.deliver(log, settings(rsyslog.port, authority, brings=authority), NOW_NS) == 10
    assert len(rsyslog.taken(10)) == 10


@pytest.mark.real
def test_an_anchor_lies_in_a_real_log_service(log: AuditLog, authority: Authority, tmp_path: Path) -> None:
    noted(log, 1)
    anchor = AnchorFile(log.file.folder).add(log.last(), UnixNs(NOW_NS), Signer.of(make_key_file(tmp_path / "key")))
    with TemporaryDirectory() as short:  # a socket's path has a limit that test folders reach
        server = RealRsyslog(Path(short), authority)
        server.start()
        try:
            tell_syslog(anchor, f"{short}/log")
            (taken,) = server.taken(1)
        finally:
            server.stop()
    assert taken["msg"].strip() == f"audit anchor {anchor.line()}"
    assert (taken["facility"], taken["app"]) == ("10", "rainbow")


@pytest.mark.real
def test_a_server_of_a_stranger_gets_nothing(
    log: AuditLog, rsyslog: RealRsyslog, authority: Authority, tmp_path: Path
) -> None:
    noted(log, 1)
    theirs = Authority(tmp_path / "theirs")
    with pytest.raises(AuditError, match="certificate verify failed"):
        audit_delivery.deliver(log, settings(rsyslog.port, theirs, brings=authority), NOW_NS)
    assert not rsyslog.out.exists()


@contextmanager
def serving(authority: Authority, then: Callable[[ssl.SSLSocket], None]) -> Iterator[int]:
    """A port of a server by TLS that does ``then`` with whoever comes."""
    context = authority.server()

    def served() -> None:
        with suppress(OSError), server.accept()[0] as plain, context.wrap_socket(plain, server_side=True) as secure:
            then(secure)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=served, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(20)


def _read_to_the_end(secure: ssl.SSLSocket) -> None:
    while secure.recv(65_536):
        pass


def _leave_politely(secure: ssl.SSLSocket) -> None:
    _read_to_the_end(secure)
    secure.unwrap()


def _read_a_part(secure: ssl.SSLSocket) -> None:
    secure.recv(10)


@pytest.mark.parametrize("then", [_leave_politely, _read_to_the_end])
def test_what_is_read_to_the_end_is_taken(
    log: AuditLog, authority: Authority, then: Callable[[ssl.SSLSocket], None]
) -> None:
    noted(log, 500)
    with serving(authority, then) as port:
        assert audit_delivery.deliver(log, settings(port, authority, brings=None), NOW_NS) == 500
    assert delivered(log).n == 500


def test_what_is_not_read_is_not_taken(log: AuditLog, authority: Authority) -> None:
    noted(log, 500)
    with serving(authority, _read_a_part) as port, pytest.raises(AuditError):
        audit_delivery.deliver(log, settings(port, authority, brings=None), NOW_NS)
    assert delivered(log).n == 0


def test_half_a_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="go together"):
        SiemSettings(host="siem.example", cert_file=NamedFile("a.pem"))
