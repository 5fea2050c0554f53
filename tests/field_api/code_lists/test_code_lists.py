"""Code lists name every code of every field, and a version that declares others tells the phones so."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from field_api.app import CODE_LISTS, COLLECTIONS
from field_api.code_lists import checks
from field_api.code_lists.actions import reconcile
from field_api.code_lists.lists import CodeList, Label
from field_api.store.audit import AuditEntry
from field_api.store.engine import AnySession
from tests.field_api.people import as_user, make_user
from tests.field_api.sync.phone import Phone

OLDER = (
    CodeList("customers.kind", {"firm": Label("Company", "Société"), "club": Label("Club", "Club")}),
    *CODE_LISTS[1:],
)


@pytest.fixture
def phone(session: AnySession, client: FlaskClient) -> Phone:
    return Phone(client, as_user(session, make_user(session, "rep")), collection="code_lists", page=7)


def _enums(path: str, schema: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    if "enum" in schema:
        yield path, schema["enum"]
    for name, inner in schema.get("properties", {}).items():
        yield from _enums(f"{path}.{name}", inner)
    if "items" in schema:
        yield from _enums(path, schema["items"])


def test_every_field_that_takes_a_code_has_a_list_with_exactly_its_codes() -> None:
    taken = {path: codes for one in COLLECTIONS for path, codes in _enums(one.name, one.schema())}
    assert {one.name: list(one.labels) for one in CODE_LISTS} == taken


def test_a_code_has_a_label_of_its_own_in_both_languages() -> None:
    for one in CODE_LISTS:
        for language in zip(*one.labels.values(), strict=True):
            assert all(language), one.name
            assert len(set(language)) == len(one.labels), one.name


def test_a_phone_follows_every_list_and_reads_it_in_its_order(session: AnySession, phone: Phone) -> None:
    reconcile(session, CODE_LISTS)
    phone.pull()
    kinds = [one for one in phone.shown().values() if one["list"] == "customers.contact_points.kind"]
    assert [(one["code"], one["label"]) for one in sorted(kinds, key=lambda one: one["order"])] == [
        ("phone", {"en": "Phone", "fr": "Téléphone"}),
        ("email", {"en": "E-mail", "fr": "E-mail"}),
    ]
    assert len(phone.shown()) == sum(len(one.labels) for one in CODE_LISTS)
    assert phone.is_whole()


def test_another_version_changes_on_the_phone_what_it_declares_otherwise(session: AnySession, phone: Phone) -> None:
    reconcile(session, OLDER)
    phone.pull()
    before = dict(phone.shown())
    # The firm is called and placed otherwise, the person is new, the club is gone.
    assert reconcile(session, CODE_LISTS) == 3
    documents = phone.pull_page().get_json()["documents"]
    assert sorted(one.get("code", "gone") for one in documents) == ["firm", "gone", "person"]
    phone.pull()
    assert len(phone.shown()) == len(before)
    assert phone.is_whole()


def test_the_same_version_started_again_writes_nothing(session: AnySession) -> None:
    made = reconcile(session, CODE_LISTS)
    assert reconcile(session, CODE_LISTS) == 0
    assert session.query(AuditEntry).filter_by(action="code.create").count() == made


def test_the_check_tells_a_list_of_another_version(session: AnySession) -> None:
    reconcile(session, OLDER)
    (check,) = checks.CHECKS
    assert len(check.find(session)) == 3
    reconcile(session, CODE_LISTS)
    assert check.find(session) == []


def test_the_lists_are_read_by_rest_and_a_reader_who_holds_them_is_told_so(
    session: AnySession, client: FlaskClient, phone: Phone
) -> None:
    reconcile(session, CODE_LISTS)
    answer = client.get("/v1/code-lists", headers=phone.headers)
    by_name = {one["name"]: [code["code"] for code in one["codes"]] for one in answer.get_json()["items"]}
    assert by_name == {one.name: list(one.labels) for one in CODE_LISTS}
    held = phone.headers | {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/v1/code-lists", headers=held).status_code == 304
    reconcile(session, OLDER)
    assert client.get("/v1/code-lists", headers=held).status_code == 200


def test_the_lists_cannot_be_pushed(session: AnySession, phone: Phone) -> None:
    reconcile(session, CODE_LISTS)
    phone.pull()
    phone.edit(next(iter(phone.docs)), code="mine")
    assert phone.send(phone.rows()).status_code == 403
