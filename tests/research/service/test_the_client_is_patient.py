"""What passes is tried again, what does not ends with a sentence; and the token goes nowhere but to its service."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from research import client
from research.client import MOST_TRIES, Service
from research.errors import ServiceError, SettingsError
from research.replies import asked_wait, plain_text
from research.terminal.service import read_token
from tests.research.service.contract import SURVEY, TOKEN, Contract, Trouble, serving

CODEBOOK = f"/surveys/{SURVEY}/codebook"
WHOLE = {"item": [{"name": "a"}, {"name": "b"}]}


@pytest.fixture
def contract() -> Iterator[Contract]:
    with serving(Contract(WHOLE, [])) as running:
        yield running


@pytest.mark.parametrize(
    ("trouble", "least", "most"),
    [
        (Trouble(429, {"Retry-After": "7"}), 7, 7),
        (Trouble(503, {"Retry-After": "0"}), 0.5, 0.5),
        (Trouble(503), 0.25, 0.5),
        (Trouble(502, body=b"<html>Bad gateway</html>"), 0.25, 0.5),
        (Trouble(200, body=b'{"item": [1, 2, 3]}', cut=True), 0.25, 0.5),
    ],
    ids=["too many", "at once", "unavailable", "a proxy", "a connection broken in the middle"],
)
def test_what_passes_is_waited_for(contract: Contract, trouble: Trouble, least: float, most: float) -> None:
    contract.troubles.append(trouble)
    pauses: list[float] = []
    with contract.service(pauses) as service:
        assert service.read(CODEBOOK).document == WHOLE
    assert len(pauses) == 1
    assert least <= pauses[0] <= most


def test_waits_grow_and_end_with_a_sentence(contract: Contract) -> None:
    contract.troubles.extend([Trouble(503)] * 20)
    pauses: list[float] = []
    with contract.service(pauses) as service, pytest.raises(ServiceError, match=r"503: Not now\. Come back\.") as ended:
        service.read(CODEBOOK)
    assert ended.value.status == 503
    assert len(contract.asked) == MOST_TRIES
    assert pauses[-1] > 4 * pauses[0]


def test_nobody_waits_an_hour_for_a_prompt(contract: Contract) -> None:
    contract.troubles.append(Trouble(429, {"Retry-After": "3600"}))
    with contract.service() as service, pytest.raises(ServiceError, match="again in 3,600 seconds: run the command"):
        service.read(CODEBOOK)


def test_a_date_to_come_back_at_is_read() -> None:
    now = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
    assert asked_wait({"Retry-After": "Sun, 29 Nov 2026 12:01:30 GMT"}, now) == 90
    assert asked_wait({"Retry-After": "Sun, 29 Nov 2026 11:00:00 GMT"}, now) == 0
    assert asked_wait({"Retry-After": "soon"}, now) is None
    assert asked_wait({}, now) is None


def test_who_is_not_there_is_told(contract: Contract) -> None:
    service = Service("http://127.0.0.1:9", TOKEN, pause=lambda _seconds: None)
    with service, pytest.raises(ServiceError, match=r"127.0.0.1:9 does not answer .*, tried 6 times: check --api"):
        service.read(CODEBOOK)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (
            Trouble(401, body=b'{"title": "Sign in first"}'),
            "401: Sign in first. The token is unknown, ended or revoked",
        ),
        (
            Trouble(403, body=b'{"title": "No"}'),
            "403: No. It takes a researcher's token with surveys:read, answers:read",
        ),
        (Trouble(404, body=b"{}"), "404: . Check --api and --survey"),
        (
            Trouble(422, body=b'{"title": "Wrong", "errors": [{"pointer": "/title/en", "detail": "Too long."}]}'),
            "422: Wrong. /title/en Too long. Nothing was changed by it.",
        ),
        (Trouble(302, {"Location": "https://else.where/"}), "a redirect to https://else.where/: give that address"),
        (Trouble(200, {"Content-Type": "text/html"}, b"<html>"), "200 and text/html instead of JSON: check that --api"),
        (Trouble(200, body=b'{"weight": NaN}'), "instead of JSON"),
        (Trouble(200, body=b"[" * 100_000), "instead of JSON"),
    ],
)
def test_what_does_not_pass_is_asked_once_and_told(contract: Contract, trouble: Trouble, told: str) -> None:
    contract.troubles.append(trouble)
    with contract.service() as service, pytest.raises(ServiceError) as ended:
        service.read(CODEBOOK)
    assert told in str(ended.value)
    assert len(contract.asked) == 1


def test_what_the_service_says_cannot_speak_to_the_terminal(contract: Contract) -> None:
    contract.troubles.append(
        Trouble(422, body=b'{"title": "\\u001b[2J\\u0007gone\\u202e", "detail": "' + b"x" * 900 + b'"}')
    )
    with contract.service() as service, pytest.raises(ServiceError) as ended:
        service.read(CODEBOOK)
    assert str(ended.value).isprintable()
    assert len(str(ended.value)) < 500
    assert plain_text("a\r\nb\x1b[1m") == "a b [1m"


def test_an_answer_without_end_is_not_swallowed(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LARGEST_ANSWER", 20)
    with contract.service() as service, pytest.raises(ServiceError, match="more than 20 bytes"):
        service.read(CODEBOOK)


@pytest.mark.parametrize(
    ("api", "told"),
    [
        ("furet.example.org", "is no address"),
        ("ftp://furet.example.org", "is no address"),
        ("https://[", "is no address"),
        ("http://furet.example.org", "in the clear: write https://furet.example.org"),
        ("http://127.0.0.1.example.org", "in the clear"),
        ("https://me:secret@furet.example.org", "holds a name or password"),
    ],
)
def test_an_address_that_would_give_the_token_away_is_refused(api: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refused:
        Service(api, TOKEN)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("api", ["https://furet.example.org/", "https://furet.example.org/v1", "http://localhost:8000"])
def test_an_address_may_be_written_as_people_do(api: str) -> None:
    with Service(api, TOKEN) as service:
        assert service.api in {"https://furet.example.org", "http://localhost:8000"}


def test_the_token_is_never_told(contract: Contract, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    contract.troubles.extend([Trouble(503)] * 20)
    with contract.service() as service, pytest.raises(ServiceError) as ended:
        service.read(CODEBOOK)
    assert TOKEN not in str(ended.value) + repr(service) + caplog.text


def test_the_token_stands_in_a_file_or_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="ascii")
    assert read_token(file, {}) == TOKEN
    assert read_token(None, {"FURET_TOKEN": TOKEN}) == TOKEN
    with pytest.raises(SettingsError, match="There is no token: write it into a file"):
        read_token(None, {})
    with pytest.raises(SettingsError, match="cannot be read"):
        read_token(tmp_path / "none", {})


@pytest.mark.parametrize("text", ["", "two words", "fur\u00e9", "a\nb"])
def test_what_cannot_be_a_token_is_refused_without_being_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="holds no token") as refused:
        read_token(tmp_path / "token", {})
    assert text == "" or text not in str(refused.value)
