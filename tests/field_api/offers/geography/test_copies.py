"""When the copy of the map in memory is read anew."""

from sqlalchemy import delete

from field_api.geo import Position
from field_api.offers.around import Asked
from field_api.offers.models import offer_cells
from field_api.offers.nearest import nearest
from field_api.offers.places import ALL_ROLES, tell_change
from field_api.offers.snapshot import remembered
from field_api.store.engine import AnySession
from field_api.sync import epochs
from tests.field_api.offers.geography.atlas import NOW, offer_at, point
from tests.field_api.offers.geography.test_nearest import with_map

HERE = Position(45.76, 4.84)


def seen(session: AnySession) -> int:
    return len(list(nearest(remembered(session), Asked(HERE, NOW, ALL_ROLES), 1_000.0, 10, None)))


def test_a_copy_is_read_anew_when_the_map_says_that_it_has_changed(session: AnySession) -> None:
    with_map(session, [offer_at(point(HERE.lat, HERE.lon))])
    assert seen(session) == 1
    session.execute(delete(offer_cells))
    assert seen(session) == 1
    tell_change(session)
    assert seen(session) == 0


def test_a_copy_is_read_anew_after_a_backup_was_restored_in_which_the_map_has_the_same_version(
    session: AnySession,
) -> None:
    epochs.ensure(session)
    with_map(session, [offer_at(point(HERE.lat, HERE.lon))])
    assert seen(session) == 1
    session.execute(delete(offer_cells))
    epochs.renew(session)
    assert seen(session) == 0
