"""Make what RAINBOW and Grafana need in an InfluxDB 2.x: one token that writes, one that reads, a mapping for InfluxQL.

Run once after InfluxDB's own setup; run again it changes nothing as long as the kept tokens still work. InfluxDB tells
a token only when it makes it, so both are written to files at once. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import cast

Json = dict[str, object]
TIMEOUT_S = 15
DENIED = {401, 403}


class InitError(Exception):
    """InfluxDB cannot be made ready; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The HTTP API of one InfluxDB 2.x, asked with one token."""

    url: str
    token: str

    def call(self, method: str, path: str, body: Json | None = None, **query: str) -> Json:
        """The answer as JSON.

        Raises:
            InitError: no answer, or a refusal, with the server's words.
        """
        try:
            with urllib.request.urlopen(self._request(method, path, body, query), timeout=TIMEOUT_S) as answer:  # noqa: S310 - the URL is the operator's
                return cast("Json", json.loads(answer.read() or b"{}"))
        except urllib.error.HTTPError as error:
            words = error.read().decode("utf-8", "replace")[:300]
            raise InitError(f"{method} {path}: InfluxDB answers {error.code}: {words}") from None
        except (OSError, ValueError) as error:
            raise InitError(f"{self.url} does not answer: {error}") from None

    def _request(self, method: str, path: str, body: Json | None, query: dict[str, str]) -> urllib.request.Request:
        return urllib.request.Request(  # noqa: S310 - the URL is the operator's
            f"{self.url}{path}?{urllib.parse.urlencode(query)}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )

    def may(self, path: str) -> bool:
        """Whether InfluxDB knows the token at all."""
        request = self._request("GET", path, None, {})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310 - same
                return True
        except urllib.error.HTTPError as error:
            return error.code not in DENIED
        except OSError as error:
            raise InitError(f"{self.url} does not answer: {error}") from None


def first(answer: Json, key: str, what: str) -> Json:
    """The one record of a list.

    Raises:
        InitError: there is none.
    """
    found = cast("list[Json]", answer.get(key) or [])
    if not found:
        raise InitError(f"InfluxDB has no {what}")
    return found[0]


def make_mapping(api: Api, *, org: str, bucket: str, database: str) -> bool:
    """Let InfluxQL find the bucket as ``database``; whether that had to be done."""
    there = cast("list[Json]", api.call("GET", "/api/v2/dbrps", orgID=org, db=database).get("content") or [])
    if any(mapping.get("bucketID") == bucket and not mapping.get("virtual") for mapping in there):
        return False
    wanted: Json = {"bucketID": bucket, "orgID": org, "database": database, "retention_policy": "autogen"}
    api.call("POST", "/api/v2/dbrps", {**wanted, "default": True})
    return True


def make_token(api: Api, *, org: str, bucket: str, action: str, file: Path) -> bool:
    """A token that may do one thing to one bucket, kept in ``file``; whether it had to be made."""
    kept = file.read_text(encoding="utf-8").strip() if file.is_file() else ""
    if kept and Api(url=api.url, token=kept).may("/api/v2/buckets"):
        return False
    permission = {"action": action, "resource": {"type": "buckets", "id": bucket, "orgID": org}}
    made = api.call(
        "POST",
        "/api/v2/authorizations",
        {"orgID": org, "description": f"rainbow {action}", "permissions": [permission]},
    )
    # Written in place: the file may be one that is already laid into a container. Its folder is its protection.
    file.write_text(str(made["token"]), encoding="utf-8")
    file.chmod(0o644)
    return True


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--org", default="rainbow")
    parser.add_argument("--bucket", default="rainbow", help="also the database's name in InfluxQL")
    for name in ("--admin-token-file", "--write-token-file", "--read-token-file"):
        parser.add_argument(name, type=Path, required=True)
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Make what is missing and say what was done."""
    chosen = arguments(words)
    try:
        api = Api(url=chosen.url.rstrip("/"), token=chosen.admin_token_file.read_text(encoding="utf-8").strip())
        org = str(first(api.call("GET", "/api/v2/orgs", org=chosen.org), "orgs", f"organisation {chosen.org}")["id"])
        found = api.call("GET", "/api/v2/buckets", orgID=org, name=chosen.bucket)
        bucket = str(first(found, "buckets", f"bucket {chosen.bucket}")["id"])
        done = {
            "mapping for InfluxQL": make_mapping(api, org=org, bucket=bucket, database=chosen.bucket),
            "write token": make_token(api, org=org, bucket=bucket, action="write", file=chosen.write_token_file),
            "read token": make_token(api, org=org, bucket=bucket, action="read", file=chosen.read_token_file),
        }
    except (InitError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for what, made in done.items():
        print(f"{what}: {'made' if made else 'kept'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
