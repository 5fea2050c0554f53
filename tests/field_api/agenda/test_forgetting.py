"""Addresses of removed objects are kept for as long as somebody may have to hear of them."""

from datetime import timedelta

from sqlalchemy import func, select

from field_api import clock
from field_api.agenda.jobs import forget
from field_api.agenda.models import removed
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync import followers
from tests.field_api.agenda.diary import Diary
from tests.field_api.sync.phone import Phone


def kept(diary: Diary) -> int:
    """How many are kept after the nightly jobs."""
    with diary.app.app_context():
        for job in (followers.purge, forget):
            with writing(db.session):
                job(db.session, {})
        return db.session.execute(select(func.count()).select_from(removed)).scalar_one()


def test_an_address_is_kept_while_a_phone_may_have_to_hear_of_it(diary: Diary) -> None:
    phone = Phone(diary.client, diary.rep, diary.territory_id, collection="appointments")
    own_id = diary.make()["id"]
    phone.pull()
    diary.client.delete(f"/v1/appointments/{own_id}", headers=diary.rep | {"If-Match": "*"})
    assert kept(diary) == 1
    # A device that was silent for so long holds nothing back.
    with clock.ahead_by(timedelta(days=91)):
        assert kept(diary) == 0
