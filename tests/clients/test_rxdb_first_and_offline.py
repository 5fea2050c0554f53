"""An unmodified RxDB client: first replication, edits with and without a network, replies that are lost."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from field_api.reps.models import User
from field_api.store.columns import new_id
from tests.clients.conftest import Kit
from tests.clients.waiting import eventually

pytestmark = pytest.mark.clients


def _person(territory_id: str, name: str) -> dict[str, str]:
    return {"id": new_id(), "kind": "person", "name": name, "territory_id": territory_id, "first_touch_source": "phone"}


@pytest.mark.parametrize("batch", [1, 4, 100])
def test_first_replication_brings_the_own_territory_whole_at_any_page_size(kit: Kit, batch: int) -> None:
    home, away = kit.site.territory(), kit.site.territory()
    for number in range(9):
        kit.site.create(home, f"Home {number}", places=[{"town": "Bourg"}])
        kit.site.create(away, f"Away {number}")
    phone = kit.phone(kit.site.rep(home), batch=batch, unmodified=True)
    assert phone.names() == [f"Home {number}" for number in range(9)]
    assert phone.is_whole()


def test_an_edit_at_the_desk_comes_by_the_stream_without_asking(kit: Kit) -> None:
    home = kit.site.territory()
    customer = kit.site.create(home, "Before")
    phone = kit.phone(kit.site.rep(home), live=True, unmodified=True)
    assert phone.names() == ["Before"]
    kit.site.change(customer, name="After")
    assert eventually(lambda: phone.names() == ["After"])


def test_an_edit_of_another_phone_comes_by_the_stream_too(kit: Kit) -> None:
    home = kit.site.territory()
    rep = kit.site.rep(home)
    one, other = kit.phone(rep, live=True), kit.phone(rep, live=True)
    document = _person(home.id, "From the other")
    other.do("insert", document=document)
    assert eventually(lambda: one.names() == ["From the other"])


def test_offline_work_is_stored_when_the_network_is_back(kit: Kit) -> None:
    home = kit.site.territory()
    customer = kit.site.create(home, "Durand")
    phone = kit.phone(kit.site.rep(home), unmodified=True)
    phone.go_offline()
    phone.patch(customer, job_title="Chef")
    made = _person(home.id, "Made in a cellar")
    phone.do("insert", document=made)
    assert not kit.site.knows(made["id"])
    phone.go_online()
    assert eventually(lambda: kit.site.knows(made["id"]))
    assert kit.site.read(customer)["job_title"] == "Chef"
    phone.sync()
    assert phone.is_whole()


def test_a_lost_reply_and_the_push_that_follows_make_one_customer(kit: Kit) -> None:
    home = kit.site.territory()
    phone = kit.phone(kit.site.rep(home), unmodified=True)
    phone.do("set", loseReplies=2)
    made = _person(home.id, "Once")
    phone.do("insert", document=made)
    assert eventually(lambda: phone.do("stats")["calls"]["push"] >= 3)
    phone.sync()
    assert phone.names() == ["Once"]
    assert phone.do("stats")["conflicts"] == 0
    assert phone.is_whole()


def test_a_replayed_push_changes_nothing(kit: Kit) -> None:
    home = kit.site.territory()
    rep = kit.site.rep(home)
    phone = kit.phone(rep, unmodified=True)
    made = _person(home.id, "Once")
    phone.do("insert", document=made)
    phone.sync()
    before = kit.site.read(made["id"])
    row = {"newDocumentState": {**made, "_deleted": False}}
    headers = {"Authorization": f"Bearer {kit.site.token(rep)}"}
    assert kit.site.call("POST", "/sync/customers/push", [row], headers).json() == []
    assert kit.site.read(made["id"]) == before


def test_a_restart_of_the_server_goes_unnoticed(kit: Kit) -> None:
    home = kit.site.territory()
    phone = kit.phone(kit.site.rep(home), live=True)
    kit.site.restart()
    customer = kit.site.create(home, "After the restart")
    assert eventually(lambda: phone.names() == ["After the restart"])
    phone.patch(customer, job_title="Chef")
    assert eventually(lambda: kit.site.read(customer).get("job_title") == "Chef")


def test_a_push_of_many_with_one_invalid_keeps_the_others_and_the_phone_agrees(kit: Kit) -> None:
    home = kit.site.territory()
    phone = kit.phone(kit.site.rep(home), unmodified=True)
    phone.go_offline()
    for number in range(20):
        phone.do("insert", document=_person(home.id, f"Good {number:02}"))
    phone.do("insert", document={**_person(home.id, "Bad"), "kind": "nonsense"})
    phone.go_online()
    assert eventually(lambda: len(phone.names()) == 20)
    phone.sync()
    assert "Bad" not in phone.names()
    assert phone.is_whole()


def test_a_customer_and_a_note_made_offline_are_both_stored_whichever_comes_first(kit: Kit) -> None:
    home = kit.site.territory()
    rep = kit.site.rep(home)
    customers, notes = kit.phone(rep, unmodified=True), kit.phone(rep, name="interactions", unmodified=True)
    customers.go_offline(), notes.go_offline()
    made = _person(home.id, "Met in a cellar")
    customers.do("insert", document=made)
    note = {"id": new_id(), "customer_id": made["id"], "channel": "visit", "direction": "outbound"}
    notes.do("insert", document={**note, "content": "Met", "occurred_at": "2026-01-02T10:00:00Z"})
    notes.go_online(), customers.go_online(), notes.sync()
    assert [one["content"] for one in notes.docs().values()] == ["Met"]
    assert (customers.is_whole(), notes.is_whole()) == (True, True)


def test_the_server_ends_by_itself_although_streams_are_open_and_others_just_open(kit: Kit) -> None:
    home = kit.site.territory()
    rep = kit.site.rep(home)
    phone = kit.phone(rep, live=True)
    with _restless(kit, rep):
        # Each fails when the server has to be killed.
        kit.site.restart()
        kit.site.restart()
    customer = kit.site.create(home, "After the restarts")
    assert eventually(lambda: customer in phone.docs())


@contextmanager
def _restless(kit: Kit, rep: User) -> Iterator[None]:
    """Six phones that open streams again and again, so that the end of the server meets them in every state."""
    headers, over = {"Authorization": f"Bearer {kit.site.token(rep)}"}, threading.Event()

    def listen() -> None:
        while not over.is_set():
            with (
                suppress(httpx.HTTPError),
                httpx.stream("GET", f"{kit.site.url}/v1/sync/stream", headers=headers) as told,
            ):
                next(told.iter_bytes())
                over.wait(random.uniform(0, 0.3))

    threads = [threading.Thread(target=listen) for _ in range(6)]
    for thread in threads:
        thread.start()
    yield
    over.set()
    for thread in threads:
        thread.join()
