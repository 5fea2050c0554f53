"""True French communes with their positions; README.md tells where they come from and under which licences."""

import csv
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Commune:
    """A commune; `lat` and `lon` of its centre in WGS 84 degrees, `region` under its official name."""

    insee_code: str
    name: str
    postcode: str
    department: str
    region: str
    lat: float
    lon: float
    population: int


def communes() -> tuple[Commune, ...]:
    """All of the file, in the order of their INSEE codes."""
    lines = files("field_api.demo").joinpath("communes.csv").read_text("utf-8").splitlines()
    return tuple(
        Commune(
            **{name: row[name] for name in ("insee_code", "name", "postcode", "department", "region")},
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            population=int(row["population"]),
        )
        for row in csv.DictReader(lines)
    )
