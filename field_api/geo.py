"""Positions on the Earth, distances and boxes between them, and the geocoders that find a position for an address."""

from collections.abc import Callable
from dataclasses import dataclass
from math import asin, cos, degrees, isfinite, pi, radians, sin, sqrt
from typing import Any

from geopy.distance import geodesic
from geopy.geocoders import BANFrance, Nominatim

# The WGS 84 ellipsoid (NIMA TR8350.2) and the mean radius of the sphere closest to it.
SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
MEAN_RADIUS_M = 6_371_008.8
# The tightest curvature there is, that of a meridian at the equator: an angle computed with it is never too small.
LEAST_RADIUS_M = SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)
# From here on the chord is no measure: towards the antipodes it is off by 3 %.
FAR_M = 5_000_000.0

GEOCODER_TIMEOUT_S = 10
# The default domain of geopy's adapter was switched off in January 2026.
BAN_DOMAIN = "data.geopf.fr/geocodage"
LEAST_BAN_SCORE = 0.5
# How far off an answer may be, by what it was matched to; of the order of what the BAN's own documentation says.
BAN_ACCURACY_M = {"housenumber": 20.0, "street": 300.0, "locality": 1_000.0, "municipality": 5_000.0}
USER_AGENT = "furet-field-crm/1"


@dataclass(frozen=True)
class Position:
    """A point in WGS 84 degrees. Raises ValueError outside of -90..90 and -180..180."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        """Refuse what is nowhere, such as NaN."""
        if not (isfinite(self.lat) and isfinite(self.lon) and abs(self.lat) <= 90 and abs(self.lon) <= 180):
            raise ValueError(f"{self.lat}, {self.lon} is nowhere: latitudes end at 90 degrees, longitudes at 180.")


@dataclass(frozen=True)
class Box:
    """An area between two parallels and two meridians, in degrees; it never crosses the antimeridian."""

    south: float
    north: float
    west: float
    east: float


def distance_m(one: Position, other: Position) -> float:
    """Metres over the ellipsoid between two positions.

    The straight chord between the two points, bent over a sphere of mean radius. Off by 1.5 mm at 50 km, 0.002 % at
    1,000 km and 0.03 % at 5,000 km, with no special case at the poles or the antimeridian, where the usual mid-latitude
    formula fails; some forty times quicker than iterating the geodesic, which is asked for what is further than FAR_M.
    """
    x1, y1, z1 = cartesian(one)
    x2, y2, z2 = cartesian(other)
    distance = arc_m((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2)
    if distance <= FAR_M:
        return distance
    exact: float = geodesic((one.lat, one.lon), (other.lat, other.lon)).meters
    return exact


def arc_m(chord_squared: float) -> float:
    """Metres over the ground at the end of a chord, given squared; as true as `distance_m` says, up to FAR_M."""
    return 2 * MEAN_RADIUS_M * asin(min(1.0, sqrt(chord_squared) / (2 * MEAN_RADIUS_M)))


def chord_squared(distance: float) -> float:
    """The square of the chord that `arc_m` bends to that distance, at most half round the Earth."""
    return (2 * MEAN_RADIUS_M * sin(min(distance / (2 * MEAN_RADIUS_M), pi / 2))) ** 2


def cartesian(position: Position) -> tuple[float, float, float]:
    """Metres from the centre of the Earth towards 0 N 0 E, 0 N 90 E and the north pole, to the micrometre.

    Smaller numbers mean nothing, and PostgreSQL refuses to square the smallest.
    """
    lat, lon = radians(position.lat), radians(position.lon)
    normal = SEMI_MAJOR_M / sqrt(1 - ECCENTRICITY_SQUARED * sin(lat) ** 2)
    x, y = normal * cos(lat) * cos(lon), normal * cos(lat) * sin(lon)
    return round(x, 6), round(y, 6), round(normal * (1 - ECCENTRICITY_SQUARED) * sin(lat), 6)


def boxes_around(centre: Position, radius_m: float) -> tuple[Box, ...]:
    """One or two boxes that hold every position within the radius, and some beyond it.

    Near a pole the box goes all the way round; at the antimeridian it is split in two.
    """
    # 1 % more than the tightest curvature asks for: geodetic latitudes are not those of a sphere.
    angle = min(1.01 * radius_m / LEAST_RADIUS_M, radians(180))
    south, north = centre.lat - degrees(angle), centre.lat + degrees(angle)
    if south <= -90 or north >= 90:
        return (Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0),)
    reach = degrees(asin(min(1.0, sin(angle) / cos(radians(centre.lat)))))
    west, east = centre.lon - reach, centre.lon + reach
    if west < -180:
        return (Box(south, north, -180.0, east), Box(south, north, west + 360, 180.0))
    if east > 180:
        return (Box(south, north, west, 180.0), Box(south, north, -180.0, east - 360))
    return (Box(south, north, west, east),)


@dataclass(frozen=True)
class Found:
    """What a geocoder says of an address: a position, and how far off it may be."""

    position: Position
    accuracy_m: float


@dataclass(frozen=True)
class Geocoder:
    """A geocoding service. `find` raises whatever geopy raises when the service fails; None means no such address.

    Calls begin at least `interval_s` apart, which the caller sees to, across all processes.
    """

    name: str
    interval_s: float
    find: Callable[[str], Found | None]


def geocoder(name: str, *, domain: str | None = None, scheme: str = "https") -> Geocoder | None:
    """The geocoder of that name ("ban", "nominatim"), at its public address unless told otherwise; None for "off"."""
    asked: dict[str, Any] = {"scheme": scheme, "timeout": GEOCODER_TIMEOUT_S, "user_agent": USER_AGENT}
    if name == "ban":
        ban = BANFrance(domain=domain or BAN_DOMAIN, **asked)
        return Geocoder(name, 0.05, lambda address: _found_by_ban(ban.geocode(address, limit=1)))
    if name == "nominatim":
        nominatim = Nominatim(**asked | ({"domain": domain} if domain else {}))
        # The usage policy of the public server asks for at most one call a second.
        return Geocoder(name, 1.0, lambda address: _found_by_nominatim(nominatim.geocode(address)))
    return None


def _found_by_ban(location: Any) -> Found | None:
    if location is None:
        return None
    told = location.raw["properties"]
    if told["score"] < LEAST_BAN_SCORE:
        return None
    longest = max(BAN_ACCURACY_M.values())
    return Found(Position(location.latitude, location.longitude), BAN_ACCURACY_M.get(told["type"], longest))


def _found_by_nominatim(location: Any) -> Found | None:
    if location is None:
        return None
    # Nominatim tells no accuracy; half the diagonal of what it matched bounds the error.
    south, north, west, east = (float(edge) for edge in location.raw["boundingbox"])
    diagonal_m = distance_m(Position(south, west), Position(north, east))
    return Found(Position(location.latitude, location.longitude), diagonal_m / 2)
