"""Use cases of enrolment forms: make one, change it, list and read them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.cards.models import EnrolmentForm, forms
from field_api.errors import Clash, NotFound
from field_api.loyalty.models import programmes
from field_api.reps.models import Territory
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web import newest_first
from field_api.web.identity import Principal

WRITABLE = ("name", "state", "territory_id", "title", "text", "consent", "choices")


def list_forms(
    session: AnySession, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the forms, the latest made first."""
    return newest_first.page(session, select(forms), forms.c.created_at, forms.c.id, limit, cursor)


def read_form(session: AnySession, form_id: str) -> dict[str, Any]:
    """One form. Raises NotFound."""
    row = session.execute(select(forms).where(forms.c.id == form_id)).first()
    if row is None:
        raise NotFound(f"There is no enrolment form {form_id}.")
    return row._asdict()


def create_form(session: AnySession, principal: Principal, data: Mapping[str, Any]) -> dict[str, Any]:
    """A new form. Raises NotFound for its programme or territory, and Clash for an id in use."""
    own, moment = data.get("id") or new_id(), clock.now()
    if session.get(EnrolmentForm, own) is not None:
        raise Clash(f"The id {own} is in use; make a new one.")
    if session.execute(select(programmes.c.id).where(programmes.c.id == data["programme_id"])).first() is None:
        raise NotFound(f"There is no programme {data['programme_id']}.")
    _check_territory(session, data["territory_id"])
    told = {name: data[name] for name in (*WRITABLE, "programme_id")}
    form = EnrolmentForm(id=own, created_at=moment, updated_at=moment, **told)
    session.add(form)
    session.flush()
    audit.record(session, principal.actor, "enrolment_form.create", own, None, form_document(form))
    return form_document(form)


def hold_form(session: AnySession, form_id: str) -> EnrolmentForm:
    """The form, held until the transaction ends. Raises NotFound."""
    form = session.get(EnrolmentForm, form_id, with_for_update=True, populate_existing=True)
    if form is None:
        raise NotFound(f"There is no enrolment form {form_id}.")
    return form


def change_form(
    session: AnySession, principal: Principal, form: EnrolmentForm, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Replace what is writable of a held form; who has agreed keeps the wording that was shown."""
    before = form_document(form)
    _check_territory(session, data["territory_id"])
    for name in WRITABLE:
        setattr(form, name, data[name])
    form.touch()
    session.flush()
    after = form_document(form)
    audit.record(session, principal.actor, "enrolment_form.change", form.id, before, after)
    return after


def form_document(form: EnrolmentForm) -> dict[str, Any]:
    """A form's columns by name."""
    return {column.name: getattr(form, column.name) for column in forms.c}


def _check_territory(session: AnySession, territory_id: str) -> None:
    if session.execute(select(Territory.id).where(Territory.id == territory_id)).first() is None:
        raise NotFound(f"There is no territory {territory_id}.")
