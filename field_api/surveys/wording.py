"""What the page says around the questions in French and English, beyond what a survey brings along."""

from collections.abc import Mapping, Sequence

from field_api.surveys.codebooks import Document

Wording = Mapping[str, str]

# What five states are called when the survey gives them no names.
AGREEMENT: tuple[Wording, ...] = (
    {"fr": "Pas du tout d’accord", "en": "Strongly disagree"},
    {"fr": "Plutôt pas d’accord", "en": "Rather disagree"},
    {"fr": "Ni d’accord ni pas d’accord", "en": "Neither agree nor disagree"},
    {"fr": "Plutôt d’accord", "en": "Rather agree"},
    {"fr": "Tout à fait d’accord", "en": "Strongly agree"},
)

# What is read by whoever asks not to be asked any more; it is kept with their word.
STOP: Wording = {
    "fr": "Je ne souhaite plus recevoir d’enquêtes, par aucun moyen.",
    "en": "I do not want to be sent surveys any more, by any channel.",
}


def labels_of(item: Document, words: Document) -> Sequence[Wording] | None:
    """What the states of an item are called, in their order; None where their numbers are shown."""
    for scale in words["scales"]:
        if item["name"] in scale["items"]:
            labels: Sequence[Wording] = scale["labels"]
            return labels
    return AGREEMENT if len(item["states"]) == len(AGREEMENT) else None
