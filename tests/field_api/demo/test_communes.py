"""The communes of the demo company are true ones, where they are."""

from collections import Counter

from field_api.demo.communes import communes
from field_api.geo import Position, distance_m
from field_api.reps.demo import REGIONS


def test_there_are_enough_of_them_in_each_region() -> None:
    counts = Counter(one.region for one in communes())
    assert sum(counts.values()) >= 200
    assert set(counts) == {name for names in REGIONS.values() for name in names}
    assert min(counts.values()) >= 20


def test_each_is_in_mainland_france_and_has_codes_that_agree() -> None:
    places = communes()
    assert len({one.insee_code for one in places}) == len(places)
    for one in places:
        assert 41 < one.lat < 51.2, one
        assert -5.2 < one.lon < 8.3, one
        assert one.insee_code.startswith(one.department), one
        assert len(one.postcode) == 5, one
        assert one.population > 0, one


def test_known_distances_come_out() -> None:
    at = {one.name: Position(one.lat, one.lon) for one in communes()}
    # Great-circle distances between the cities' centres, as road signs and atlases give them to a few kilometres.
    for one, other, km in (("Paris", "Lyon", 392), ("Paris", "Marseille", 661), ("Rennes", "Strasbourg", 694)):
        assert abs(distance_m(at[one], at[other]) / 1000 - km) < 8
