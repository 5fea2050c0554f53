"""Reads the code's imports and tells where they break the house rules."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Rooms from the ground up; those on one line are peers and never import each other. A room is a module or a package.
FLOORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "field_api": (
        ("errors", "clock", "progress"),
        ("settings", "geo", "intervals"),
        ("store", "geoip"),
        ("web", "mail"),
        ("sync",),
        ("code_lists",),
        ("reps",),
        ("access", "public_pages"),
        ("customers",),
        ("consents", "interactions"),
        ("shops",),
        ("offers", "points", "agenda"),
        ("coupons", "loyalty", "dav", "surveys"),
        ("gifts", "insights"),
        ("cards",),
        ("demo", "routes"),
        ("app", "serving"),
        ("first_start", "gunicorn_settings"),
        ("cli",),
        ("__main__",),
    ),
    "research": (
        ("errors", "progress", "languages", "notices", "currencies"),
        ("snapshots", "shipped", "replies", "kept_pages"),
        ("codebook", "client"),
        ("export_rows",),
        ("answers", "scales", "simulate", "exports"),
        ("learning", "networks", "baselines"),
        ("quality", "validation", "constructs", "grouping", "segments", "evidence", "output"),
        ("drivers", "construct_network", "fetching"),
        ("stakes", "importance", "what_if", "scoring", "prediction", "groups"),
        ("fit", "score_files"),
        ("target_report", "levers"),
        ("reports",),
        ("charts", "publishing"),
        ("page", "submitting"),
        ("terminal", "lab"),
        ("__main__",),
    ),
}

# In a feature, a file imports only those that stand after it.
FEATURE_FILES = ("routes", "sync", "schemas", "jobs", "checks", "view", "demo", "actions", "models", "rules")

# Each library has one owner, so that replacing it touches one place.
OWNERS = {
    "geopy": "field_api.geo",
    "argon2": "field_api.access",
    "shapely": "field_api.offers",
    "segno": ("field_api.coupons", "field_api.public_pages"),
    "cryptography": ("field_api.coupons", "field_api.cards"),
    "jinja2": "field_api.public_pages",
    "maxminddb": "field_api.geoip",
    "phonenumbers": "field_api.customers",
    "smtplib": "field_api.mail",
    "alembic": "field_api.store",
    "prometheus_client": ("field_api.web.measures", "field_api.gunicorn_settings"),
    "limits": ("field_api.web.floods", "field_api.web.flood_counters"),
    "flask_smorest": "field_api.web",
    "gunicorn": "field_api.serving",
    "lxml": "field_api.dav",
    "httpx": "research.client",
    "pgmpy": "research.networks",
    "altair": "research.charts",
    "vl_convert": "research.charts",
    "statsmodels": "research.baselines",
    "ipywidgets": "research.lab",
    "IPython": "research.lab",
    "sklearn": "research.baselines",
}

# What the API never loads, directly or through others.
TOO_HEAVY_FOR_THE_API = ("pandas", "scipy", "statsmodels", "pgmpy", "research")


@dataclass(frozen=True)
class Import:
    """One import: the dotted module named, its line, and whether it stands inside a function or is relative."""

    target: str
    line: int
    nested: bool
    relative: bool


def sources() -> dict[str, str]:
    """Dotted module name -> source, for both packages."""
    files = (file for package in FLOORS for file in (ROOT / package).rglob("*.py") if "migrations" not in file.parts)
    return {_dotted(file): file.read_text() for file in files}


def _dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(source: str) -> Iterator[Import]:
    """Every import of a module, wherever it stands."""
    tree = ast.parse(source)
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]
    nested = {id(inner) for function in functions for inner in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(name.name, node.lineno, id(node) in nested, False)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            for name in node.names:
                yield Import(f"{module}.{name.name}", node.lineno, id(node) in nested, node.level > 0)


def violations(modules: Mapping[str, str]) -> list[str]:
    """A sentence for every import that breaks a rule; `modules` maps dotted names to sources."""
    found = []
    graph: dict[str, set[str]] = {}
    for module, source in sorted(modules.items()):
        for one in imports_of(source):
            found += [f"{module}:{one.line} {fault}" for fault in _faults(module, one)]
            graph.setdefault(module, set()).add(_existing(one.target, modules))
    return found + [f"the imports {' -> '.join(cycle)} go round in a circle" for cycle in _cycles(graph)]


def _faults(module: str, one: Import) -> Iterator[str]:
    if one.relative:
        yield "imports relatively"
    if one.nested:
        yield f"imports {one.target} inside a function"
    owner = OWNERS.get(one.target.split(".")[0])
    owners = (owner,) if isinstance(owner, str) else owner
    if owners and not any(module == name or module.startswith(f"{name}.") for name in owners):
        yield f"imports {one.target}, which belongs to {' and '.join(owners)}"
    package, _, rest = module.partition(".")
    target_package, _, target_rest = one.target.partition(".")
    if target_package not in FLOORS:
        return
    if target_package != package:
        yield f"imports the other package, {one.target}"
    elif rest and target_rest:
        yield from _floor_faults(package, rest.split("."), target_rest.split("."))


def _floor_faults(package: str, rooms: list[str], targets: list[str]) -> Iterator[str]:
    floors = {room: floor for floor, line in enumerate(FLOORS[package]) for room in line}
    room, target = rooms[0], targets[0]
    for name in (room, target):
        if name not in floors:
            yield f"is in or imports {package}.{name}, which stands on no floor; give it one in tests/architecture.py"
            return
    if room != target and floors[target] > floors[room]:
        yield f"imports {package}.{target}, which is on a higher floor"
    elif room != target and floors[target] == floors[room]:
        yield f"imports {package}.{target}, its peer"
    elif room == target and len(rooms) > 1 and len(targets) > 1:
        yield from _file_faults(rooms[1], targets[1])


def _file_faults(file: str, target: str) -> Iterator[str]:
    order = {name: place for place, name in enumerate(FEATURE_FILES)}
    if file in order and target in order and order[target] < order[file]:
        yield f"imports {target} upwards inside its feature"


def _existing(target: str, modules: Mapping[str, str]) -> str:
    return target if target in modules else target.rpartition(".")[0]


def _cycles(graph: Mapping[str, set[str]]) -> Iterator[list[str]]:
    done: set[str] = set()

    def visit(module: str, path: list[str]) -> Iterator[list[str]]:
        if module in path:
            yield [*path[path.index(module) :], module]
            return
        if module in done:
            return
        for target in sorted(graph.get(module, ())):
            if target != module:
                yield from visit(target, [*path, module])
        done.add(module)

    for module in sorted(graph):
        yield from visit(module, [])
