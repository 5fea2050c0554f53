"""Schemathesis, all its checks, against the whole OpenAPI document of the real server.

Two reps of different territories are peers: whatever one reads, the other is tried on, so that a query without its
scope is found.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.field_api.server import Server, environ_for, install, running

PASSWORD = "a long pass phrase for tests"
HOOKS = Path(__file__).with_name("new_keys.py")
PEERS = ("rep-a", "rep-b")
IDENTITIES = (*PEERS, "manager", "admin", "researcher")
FLOODS = {"FURET_FLOOD_LIMIT": "10000000/minute", "FURET_LOGIN_FLOOD_LIMIT": "10000000/minute"}

CONFIGURATION = """
hooks = "{hooks}"
request-timeout = 20
max-stream-events = 1
warnings = false
# NUL is well-formed JSON, kept by no database, and refused as malformed.
generation.allow-x00 = false

[auth.wfc]
path = "{identities}"
peers = ["rep-a", "rep-b"]

[checks]
# An update of a version that does not stand is stale (412), and of no version at all 428 (RFC 6585).
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "429"]
missing_required_header.expected-statuses = ["400", "401", "403", "404", "415", "422", "428"]
negative_data_rejection.expected-statuses = [
  "400", "401", "403", "404", "405", "409", "412", "413", "414", "415", "422", "428", "429",
]

# A pass wants the certificate of the company, which this server has not.
[[operations]]
include-path-regex = "^/v1/members/.*/card/pass$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]

# A cursor is opaque: no schema can say which texts the list itself has written.
[[operations]]
include-method = "GET"
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "422"]

# OAuth 2 answers a grant that is unknown with 400 (RFC 6749, 5.2), and revocation ignores hints that it does not know
# (RFC 7009, 2.1).
[[operations]]
include-path = "/oauth/token"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401"]

[[operations]]
include-path = "/oauth/revoke"
checks.negative_data_rejection.enabled = false

# What a contact point may be depends on its kind, and phone numbers on the numbering plans of the world.
[[operations]]
include-name-regex = "^(POST|PATCH) /v1/(customers|customers/.*/contact-points.*|till/look-up)$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]

# What an offer, a campaign or a gift may be depends on its kind, its places on geometry, its lists on who exists, and
# its end on its start. More than 64 bits in a number are malformed, also within a place, which is any JSON to the
# schema.
[[operations]]
include-name-regex = "^(POST|PATCH) /v1/(offers|campaigns|gifts)"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "409", "412", "422"]

# Tiers are a ladder, rules go with their kind, cards have a check digit, and who enrols is told in one of two ways.
[[operations]]
include-name-regex = "^(POST|PATCH) /v1/(programmes|earn-rules|members|till/)"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]

# A codebook must not contradict itself, nor the words beside it, and a survey ends after it starts.
[[operations]]
include-name-regex = "^(POST|PATCH) /v1/surveys"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]

# What an insight says hangs on its survey's codebook, scores on its drivers, and an outcome on when it was.
[[operations]]
include-name-regex = "^(POST|PUT|PATCH) /v1/(insights|gestures|next-gestures)"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]

# The form on which one enrols: a card number has a check digit, and a name is not of blanks alone.
[[operations]]
include-path = "/join/{{form_id}}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "422"]

# An appointment ends after it starts, its rule is one, its alarms can be made here; a file is a calendar.
[[operations]]
include-name-regex = "^(POST|PATCH) /v1/(appointments|calendar-imports)"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]

# A pushed document is any JSON to the schema; more than 64 bits in a number are malformed.
[[operations]]
include-path = "/v1/sync/{{collection}}/push"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "422"]

# Every rep may know every shop, for customers go to any of them, every offer that names no territory, with its
# campaigns, every programme with its rules, and what customers are asked, what was found, and what may be done.
[[operations]]
include-path-regex = "^/v1/(shops|offers|campaigns|programmes|earn-rules|surveys|insights|gestures)"
checks.object_level_authorization.enabled = false

# The stream stays open: one request, briefly.
[[operations]]
include-path = "/v1/sync/stream"
request-timeout = 1
generation.max-examples = 1
"""

# These can cut off the very identities that the run goes by, so they have a run of their own, behind the others.
CUTTING_OFF = "(/lock|/reset-password|/password|/end|/users/[^/]+|/devices/[^/]+|/tokens/[^/]+|/oauth/revoke)$"


def test_a_bounded_run_finds_nothing(tmp_path: Path) -> None:
    fuzz(tmp_path, "--phases", "examples,fuzzing", "--max-examples", "2", "--generation-deterministic")


@pytest.mark.fuzz
def test_a_long_run_finds_nothing(tmp_path: Path) -> None:
    fuzz(tmp_path, "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "40")


def fuzz(folder: Path, *options: str) -> None:
    environ = environ_for(folder, **FLOODS)
    install(environ, customers=40)
    config = folder / "schemathesis.toml"
    with running(environ) as server:
        config.write_text(CONFIGURATION.format(identities=write_identities(folder, server), hooks=HOOKS))
        for choice in (("--exclude-path-regex", CUTTING_OFF), ("--include-path-regex", CUTTING_OFF)):
            schemathesis = (
                str(Path(sys.executable).with_name("schemathesis")),
                "--no-color",
                "--config-file",
                str(config),
            )
            command = (*schemathesis, "run", f"{server.url}/openapi.json", *choice, *options)
            told = subprocess.run(command, capture_output=True, text=True, check=False)
            # The second run may lock itself out; what it was answered until then must still be right.
            assert told.returncode == 0 or choice[0] == "--include-path-regex", told.stdout[-60_000:] + told.stderr
            assert "Failures:" not in told.stdout, told.stdout[-60_000:]
            assert "generated" in told.stdout, told.stdout + told.stderr


def write_identities(folder: Path, server: Server) -> Path:
    """A Web Fuzzing Commons file with one sign-in of each role, and two reps who have no territory in common."""
    logins = json.loads((folder / "first-logins.json").read_bytes())
    with httpx.Client(
        base_url=server.url, headers=bearer(server, next(one for one in logins if one["role"] == "admin"))
    ) as admin:
        territories = sorted({one["territory_id"] for one in admin.get("/v1/customers?limit=100").json()["items"]})
        for name in IDENTITIES:
            role = name.partition("-")[0]
            sent = {"email": f"{name}@example.fr", "name": name, "role": role, "password": PASSWORD}
            user = admin.post("/v1/users", json=sent).raise_for_status().json()
            if role in {"rep", "manager"}:
                assigned = {"user_id": user["id"], "territory_id": territories[IDENTITIES.index(name) % 2]}
                admin.post("/v1/assignments", json=assigned).raise_for_status()
    file = folder / "identities.json"
    file.write_text(json.dumps({"auth": [sign_in_of(name) for name in IDENTITIES]}))
    return file


def sign_in_of(name: str) -> dict[str, Any]:
    payload = {"email": f"{name}@example.fr", "password": PASSWORD, "device": "fuzz"}
    token = {"extractFrom": "body", "extractSelector": "/access_token", "sendIn": "header", "sendName": "Authorization"}
    endpoint = {
        "endpoint": "/v1/login",
        "verb": "POST",
        "contentType": "application/json",
        "payloadRaw": json.dumps(payload),
    }
    return {"name": name, "loginEndpointAuth": endpoint | {"token": token | {"sendTemplate": "Bearer {token}"}}}


def bearer(server: Server, login: dict[str, str]) -> dict[str, str]:
    sent = {"email": login["email"], "password": login["password"], "device": "setup"}
    token = httpx.post(f"{server.url}/v1/login", json=sent).raise_for_status().json()["access_token"]
    return {"Authorization": f"Bearer {token}"}
