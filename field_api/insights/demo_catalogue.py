"""The gestures of the demo company, and the drivers of its insight.

Nothing was fitted: the effects are those by which the demo's answers are drawn (`surveys/demo_minds.py`), and the
margins around them are invented, about as wide as those of a fit to some thousand answers.
"""

from typing import Any, NamedTuple

from field_api.surveys.demo_minds import STAYING, TRUSTING


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
    """A driver, and how far its interval reaches on either side: of the fit, and over all networks that fit as well."""

    name: str
    label: tuple[str, str]
    margin: float
    class_margin: float
    open: bool = False
    fragile: bool = False

    @property
    def effect(self) -> float:
        """Steps of the target for a move from the first to the third quartile, by trust or without it."""
        whole = STAYING[self.name] + TRUSTING.get(self.name, 0.0) * STAYING["trust"]
        return round(STEPS_BETWEEN_QUARTILES * whole, 2)


# A trait's spread is about 0.9, so its quartiles lie 1.2 apart, and answers are 0.8 of a trait a step.
STEPS_BETWEEN_QUARTILES = 1.5

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
    DemoDriver("recognition", ("Being recognised", "Être reconnu"), 0.11, 0.14),
    DemoDriver("trust", ("Trust", "La confiance"), 0.12, 0.16, fragile=True),
    DemoDriver("service", ("Service", "Le service"), 0.28, 0.31),
    DemoDriver("product", ("The products", "Les produits"), 0.10, 0.24, open=True),
)


def driver_row(driver: DemoDriver, rank: int) -> dict[str, Any]:
    """The driver as a researcher would have sent it."""
    row: dict[str, Any] = {"name": driver.name, "rank": rank, "open": driver.open, "fragile": driver.fragile}
    row |= {"label": dict(zip(("en", "fr"), driver.label, strict=True)), "effect": driver.effect}
    for name, margin in (("", driver.margin), ("class_", driver.class_margin)):
        row |= {f"{name}low": round(driver.effect - margin, 2), f"{name}high": round(driver.effect + margin, 2)}
    row |= {"dissatisfied": None, "step_up_minor": None, "currency": None}
    return row | {"warnings": ["fragile"] if driver.fragile else []}
