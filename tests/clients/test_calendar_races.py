"""Calendar apps at a real server of several processes: races, and a backup that is restored under their feet."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.clients.calendar_account import Account, event, open_account
from tests.clients.site import Site

pytestmark = pytest.mark.clients

RACERS = 12
ROUNDS = 10


def test_of_puts_with_the_same_if_match_exactly_one_wins_in_every_round(site: Site) -> None:
    account = open_account(site)
    account.put("a.ics", event("a", "Before"))
    for number in range(ROUNDS):
        etag = account.call("HEAD", "a.ics").headers["ETag"]
        line = Barrier(RACERS)

        def race(racer: int, number: int = number, etag: str = etag, line: Barrier = line) -> int:
            line.wait(60)
            text = event("a", f"Round {number} of {racer}")
            while (status := account.put("a.ics", text, If_Match=etag).status_code) == 503:
                pass
            return status

        with ThreadPoolExecutor(RACERS) as pool:
            assert Counter(pool.map(race, range(RACERS))) == {204: 1, 412: RACERS - 1}


def test_after_a_backup_was_restored_a_token_is_refused_and_the_first_sync_is_whole(site: Site) -> None:
    account = open_account(site)
    account.put("kept.ics", event("kept", "Before the backup"))
    with site.backed_up():
        account.put("lost.ics", event("lost", "After the backup"))
        _, token = sync(account)
    status, _ = sync(account, token)
    assert status == 403
    account.put("new.ics", event("new", "After the restoring"))
    status, told = sync(account, token)
    assert status == 403
    assert "valid-sync-token" in told
    status, _ = sync(account)
    assert status == 207
    assert {account.call("GET", name).status_code for name in ("kept.ics", "new.ics")} == {200}
    assert account.get("lost.ics") is None


def sync(account: Account, token: str = "") -> tuple[int, str]:
    """The status, and the new token or the refusal."""
    told = f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>"
    body = f'<D:sync-collection xmlns:D="DAV:">{told}</D:sync-collection>'.encode()
    answer = account.call("REPORT", "", body, Depth="0")
    if answer.status_code != 207:
        return answer.status_code, answer.text
    return 207, answer.text.rpartition("<D:sync-token>")[2].partition("<")[0]
