"""RxDB clients whose user gains or loses sight of customers, and a server that was restored from a backup."""

import pytest

from field_api.store.columns import new_id
from tests.clients.conftest import Kit, Phone
from tests.clients.waiting import eventually

pytestmark = pytest.mark.clients


@pytest.mark.parametrize("batch", [3, 100])
def test_a_revoked_territory_leaves_the_phone_and_a_granted_one_comes_back_whole(kit: Kit, batch: int) -> None:
    home = kit.site.territory()
    rep = kit.site.rep(home)
    customers = [kit.site.create(home, f"Customer {number}") for number in range(10)]
    phone = kit.phone(rep, batch=batch, unmodified=True)
    kit.site.unassign(rep, home)
    phone.sync()
    assert phone.docs() == {}
    assert phone.is_whole()
    kit.site.change(customers[0], name="Changed meanwhile")
    kit.site.retire(customers[1])
    kit.site.assign(rep, home)
    phone.sync()
    assert len(phone.names()) == 9
    assert "Changed meanwhile" in phone.names()
    assert phone.is_whole()


def test_a_new_territory_arrives_although_its_customers_are_old(kit: Kit) -> None:
    home, further = kit.site.territory(), kit.site.territory()
    kit.site.create(further, "Old")
    rep = kit.site.rep(home)
    phone = kit.phone(rep, unmodified=True)
    kit.site.create(home, "Newer")
    phone.sync()
    kit.site.assign(rep, further)
    phone.sync()
    assert phone.names() == ["Newer", "Old"]
    assert phone.is_whole()


def test_an_edit_queued_before_a_revocation_is_refused_and_the_customer_vanishes(kit: Kit) -> None:
    home = kit.site.territory()
    rep = kit.site.rep(home)
    customer = kit.site.create(home, "Standing")
    phone = kit.phone(rep, unmodified=True)
    phone.go_offline()
    phone.patch(customer, name="Queued")
    kit.site.unassign(rep, home)
    phone.go_online()
    assert eventually(lambda: phone.docs() == {})
    assert kit.site.read(customer)["name"] == "Standing"
    assert phone.is_whole()


def test_a_customer_who_moves_changes_phones_and_an_edit_under_way_is_merged(kit: Kit) -> None:
    home, further = kit.site.territory(), kit.site.territory()
    customer = kit.site.create(home, "Nomad")
    one, other = kit.phone(kit.site.rep(home)), kit.phone(kit.site.rep(further))
    both = kit.phone(kit.site.rep(home, further))
    both.go_offline()
    both.patch(customer, job_title="Chef")
    kit.site.change(customer, territory_id=further.id)
    for phone in (both, one, other, both):
        phone.go_online()
    assert (one.names(), other.names(), both.names()) == ([], ["Nomad"], ["Nomad"])
    assert other.docs()[customer]["job_title"] == "Chef"
    assert all(phone.is_whole() for phone in (one, other, both))


def _person(territory_id: str, name: str) -> dict[str, str]:
    return {"id": new_id(), "kind": "person", "name": name, "territory_id": territory_id, "first_touch_source": "phone"}


def _phone_with_later_work(kit: Kit, **told: object) -> tuple[Phone, str]:
    """A phone that is ahead of a server restored from a backup: an edit and a customer were made after it."""
    home = kit.site.territory()
    customer = kit.site.create(home, "Before the backup")
    phone = kit.phone(kit.site.rep(home), **told)
    made = _person(home.id, "After the backup")
    with kit.site.backed_up():
        phone.patch(customer, name="Edited after the backup")
        phone.do("insert", document=made)
        assert eventually(lambda: kit.site.knows(made["id"]))
        phone.sync()
        assert phone.is_whole()
    return phone, made["id"]


def test_after_a_restored_backup_a_phone_that_begins_again_brings_back_what_the_backup_lacks(kit: Kit) -> None:
    phone, made = _phone_with_later_work(kit)
    assert not kit.site.knows(made)
    phone.do("begin_again")
    phone.sync()
    assert kit.site.knows(made)
    assert phone.names() == ["After the backup", "Before the backup"]
    assert phone.is_whole()


def test_after_a_restored_backup_an_unmodified_phone_is_sent_everything_anew(kit: Kit) -> None:
    phone, made = _phone_with_later_work(kit, unmodified=True, identifier="always-the-same")
    phone.sync()
    assert "Before the backup" in phone.names()
    # What the server never heard of stays on the phone, and the digest tells.
    assert not phone.is_whole()
    phone.do("remove", id=made)
    phone.sync()
    assert phone.is_whole()


def test_the_digest_in_the_phone_is_that_of_the_server_for_every_kind_of_value(kit: Kit) -> None:
    home = kit.site.territory()
    position = {"lat": 46.2052, "lon": -5.0, "origin": "gps", "accuracy_m": 1e-7}
    kit.site.create(home, 'Éloïse "L\u2019Œil" 😀 \\ </b>', places=[{"town": "Bourg", "position": position}])
    phone = kit.phone(kit.site.rep(home))
    assert phone.is_whole()
