"""The gestures of the demo company, and the drivers of its insight: figures as the demo's own answers were drawn by."""

from typing import Any, NamedTuple


class DemoGesture(NamedTuple):
    """A gesture as invented: titles and texts in English and French."""

    driver: str
    kind: str
    title: tuple[str, str]
    how: tuple[str, str]
    minutes: int
    quiet_days: int = 21
    hold_out_percent: int = 20


class DemoDriver(NamedTuple):
    """A driver as a report would tell it: effect, interval, and the same over all networks that fit as well."""

    name: str
    label: tuple[str, str]
    interval: tuple[float, float, float]
    class_interval: tuple[float, float]
    open: bool = False
    fragile: bool = False


GESTURES = (
    DemoGesture(
        "recognition",
        "call",
        ("Call by name, without selling", "Appeler par son nom, sans rien vendre"),
        (
            "Look at the last purchases first, ask how they were, and note what is dear to them.",
            "Regarder d’abord les derniers achats, demander s’ils ont plu, et noter ce qui compte.",
        ),
        10,
    ),
    DemoGesture(
        "recognition",
        "thanks",
        ("A handwritten card", "Une carte écrite à la main"),
        ("Two sentences, about something that only they bought.", "Deux phrases, sur ce que ce client seul a acheté."),
        15,
        60,
    ),
    DemoGesture(
        "trust",
        "repair",
        ("Ask what went wrong, and make it good", "Demander ce qui n’a pas été, et le réparer"),
        (
            "Listen first; decide on the spot up to 30 EUR; call again within a week.",
            "Écouter d’abord ; décider sur place jusqu’à 30 EUR ; rappeler dans la semaine.",
        ),
        20,
    ),
    DemoGesture(
        "service",
        "invite",
        ("Invite to the quiet hour", "Inviter à l’heure calme"),
        ("Tuesday morning, somebody has time for them alone.", "Le mardi matin, quelqu’un n’a de temps que pour eux."),
        10,
    ),
)

DRIVERS = (
    DemoDriver("recognition", ("Being recognised", "Être reconnu"), (0.41, 0.30, 0.52), (0.28, 0.53)),
    DemoDriver("trust", ("Trust", "La confiance"), (0.33, 0.22, 0.44), (0.19, 0.45), fragile=True),
    DemoDriver("service", ("Service", "Le service"), (0.08, -0.03, 0.19), (-0.06, 0.20)),
    DemoDriver("product", ("The products", "Les produits"), (0.12, 0.02, 0.22), (-0.04, 0.23), open=True),
)


def driver_row(driver: DemoDriver, rank: int) -> dict[str, Any]:
    """The driver as a researcher would have sent it."""
    effect, low, high = driver.interval
    class_low, class_high = driver.class_interval
    row: dict[str, Any] = {"name": driver.name, "rank": rank, "open": driver.open, "fragile": driver.fragile}
    row |= {"label": dict(zip(("en", "fr"), driver.label, strict=True)), "effect": effect, "low": low, "high": high}
    row |= {"class_low": class_low, "class_high": class_high, "dissatisfied": None, "step_up_minor": None}
    return row | {"currency": None, "warnings": ["fragile"] if driver.fragile else []}
