"""How names are compared: folded to plain words, so that `st etienne du bois` finds `Saint-Étienne-du-Bois`."""

import re
import unicodedata

LONGEST_WORD = 32
MOST_WORDS = 12
LONGEST_SORT_NAME = 120

# Letters that Unicode does not decompose, though people type them in two, or without their stroke.
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})

# Small words of French names; those who search leave them out, or write them where there are none.
PARTICLES = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"})

# Each of a pair is found by the other.
ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
SPELT_OUT = {long: short for short, long in ABBREVIATIONS.items()}

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> list[str]:
    """The words of a text without accents, ligatures, case or punctuation, in their order (Unicode NFKD)."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(LIGATURES)
    # Once more: folding case can bring back letters that decompose.
    decomposed = unicodedata.normalize("NFKD", plain)
    return _WORD.findall("".join(letter for letter in decomposed if not unicodedata.combining(letter)))


def words_of(*names: str | None) -> list[str]:
    """The words under which somebody is found, sorted: no particles (unless there is nothing else), `st` and `saint`.

    At most MOST_WORDS words of at most LONGEST_WORD characters each.
    """
    found = [word[:LONGEST_WORD] for name in names if name for word in fold(name)]
    telling = [word for word in found if word not in PARTICLES] or found
    other_spelling = [ABBREVIATIONS.get(word) or SPELT_OUT.get(word) for word in telling]
    return sorted(dict.fromkeys(word for word in [*telling[:MOST_WORDS], *other_spelling] if word))[:MOST_WORDS]


def name_words(*names: str | None) -> str:
    """The sorted words as one text with a space on both sides of each: a word's beginning follows a space."""
    return "".join(f" {word}" for word in words_of(*names)) + " "


def asked_words(query: str) -> list[str]:
    """The beginnings of words that a query asks for: no particles, unless there is nothing else, and none twice.

    A beginning that another one begins with asks for nothing more and is left out.
    """
    found = [word[:LONGEST_WORD] for word in fold(query)]
    telling = list(dict.fromkeys(word for word in found if word not in PARTICLES) or dict.fromkeys(found))
    return [word for word in telling if not any(other.startswith(word) for other in telling if other != word)][
        :MOST_WORDS
    ]


def sort_name(name: str, given_name: str | None) -> str:
    """What lists by name are sorted by: family name first, without regard to accents and case."""
    return " ".join(fold(name) + fold(given_name or ""))[:LONGEST_SORT_NAME]


def town_key(town: str) -> str:
    """A town's name as it is compared: its telling words in their order, `st` written out."""
    found = fold(town)
    telling = [word for word in found if word not in PARTICLES] or found
    return " ".join(ABBREVIATIONS.get(word, word) for word in telling)[:LONGEST_SORT_NAME]
