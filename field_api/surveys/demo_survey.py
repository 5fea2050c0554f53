"""What the demo company asks: fifteen sentences in five constructs, in French and English."""

from collections.abc import Mapping
from typing import Any

Wording = Mapping[str, str]

TITLE: Wording = {"fr": "Pourquoi restez-vous ?", "en": "Why do you stay?"}

# By construct: what it is called, the tier, and the sentences with the direction of each.
CONSTRUCTS: tuple[tuple[str, Wording, int, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "recognition",
        {"fr": "Être reconnu", "en": "Being recognised"},
        0,
        (
            ("up", "On me reconnaît quand j’arrive ou quand j’appelle.", "They know me when I come in or call."),
            ("up", "On se souvient de ce que j’aime.", "They remember what I like."),
            ("down", "Je dois me présenter à chaque fois.", "I have to introduce myself every time."),
        ),
    ),
    (
        "service",
        {"fr": "Le service", "en": "Service"},
        0,
        (
            ("up", "On me répond le jour même.", "I get an answer the same day."),
            ("up", "Quand je commande, tout arrive comme prévu.", "What I order arrives as planned."),
            ("down", "J’attends trop longtemps à la caisse.", "I wait too long at the till."),
        ),
    ),
    (
        "product",
        {"fr": "Les produits", "en": "The products"},
        0,
        (
            ("up", "Ce que j’achète est aussi bon que je l’espère.", "What I buy is as good as I hope."),
            ("up", "J’y trouve ce que l’on ne trouve pas ailleurs.", "I find what is not found elsewhere."),
            ("up", "Le prix est juste pour ce que c’est.", "The price is fair for what it is."),
        ),
    ),
    (
        "trust",
        {"fr": "La confiance", "en": "Trust"},
        1,
        (
            ("up", "Ce que l’on m’a promis a été tenu.", "What was promised to me was kept."),
            (
                "up",
                "On me dit franchement quand quelque chose ne va pas.",
                "I am told frankly what is wrong.",
            ),
            ("up", "On me conseille pour moi, pas pour la vente.", "The advice I get is for me, not for the sale."),
        ),
    ),
    (
        "loyalty",
        {"fr": "Rester", "en": "Staying"},
        2,
        (
            (
                "up",
                "Si je devais choisir aujourd’hui, je reviendrais ici.",
                "If I chose today, I would come back.",
            ),
            ("up", "J’en parle volontiers autour de moi.", "I gladly speak of them to people I know."),
            ("down", "Je pense à acheter ailleurs.", "I am thinking of buying elsewhere."),
        ),
    ),
)

WORDS: dict[str, Any] = {
    "intro": {
        "fr": "Nous voudrions comprendre ce qui vous fait revenir, et ce qui vous en empêcherait.",
        "en": "We would like to understand what brings you back, and what would keep you away.",
    },
    "thanks": {
        "fr": "Vos réponses nous aident à garder ce que vous aimez et à changer le reste.",
        "en": "Your answers help us keep what you like, and change the rest.",
    },
    "comment": {"fr": "Un mot pour votre contact ?", "en": "A word for your contact?"},
    "scales": [],
}


def codebook() -> dict[str, Any]:
    """The codebook, as the use case would have let it in."""
    items = [
        {
            "name": f"{name}{number}",
            "construct": name,
            "tier": tier,
            "states": [1, 2, 3, 4, 5],
            "direction": direction,
            "label": {"fr": fr, "en": en},
        }
        for name, _, tier, sentences in CONSTRUCTS
        for number, (direction, fr, en) in enumerate(sentences, 1)
    ]
    head = {"title": TITLE["en"], "missing": [""], "not_applicable": []}
    return {
        "survey": head,
        "item": items,
        "construct": [{"name": name, "label": label} for name, label, _, _ in CONSTRUCTS],
    }
