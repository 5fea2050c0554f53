"""How the page speaks: texts in both languages side by side, and the report's figures as each language writes them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from research.languages import Language, wording

NARROW, HARD = "\u202f", "\u00a0"  # The spaces French sets before marks and inside numbers; neither breaks a line.
UNKNOWN = Markup("–")
SHORT_LABEL = 40  # Letters; a longer one is a whole question.

Figure = int | float | None
Figures = Mapping[str, Figure]
Show = Callable[[Figure], Markup]


@dataclass(frozen=True)
class Text:
    """One text in both languages, with the same places in braces for figures and names."""

    en: str
    fr: str


_TO = Text(
    '{middle} <span class="range">({low} to {high})</span>', '{middle} <span class="range">({low} à {high})</span>'
)
_TARGET = Text("the target", "la cible")
_QUOTED = Text("“{name}”", "« {name} »")
_AND = Text("{before} and {last}", "{before} et {last}")


@dataclass(frozen=True)
class Voice:
    """Says texts in one language; whatever comes from a codebook or a file is escaped.

    Attributes
    ----------
    lang : Language
    labels : dict of dict of str
        Key `labels` of the report: the text of every item and construct by language.
    """

    lang: Language
    labels: Mapping[str, Mapping[str, str]]

    def say(self, text: Text, **facts: object) -> Markup:
        """The text with figures and names in their places."""
        return Markup(self._spaced(text)).format(**facts)  # noqa: S704 # The texts are ours; format escapes the facts.

    def name(self, name: str) -> Markup:
        """What an item or construct is called, set apart from the direction the page is written in."""
        return Markup("<bdi>{}</bdi>").format(wording(self.labels.get(name, {}), self.lang, name))

    def quoted(self, name: str) -> Markup:
        return self.say(_QUOTED, name=self.name(name))

    def target(self, name: str) -> Markup:
        """The target, by its label where that is short enough to be read again and again."""
        short = len(wording(self.labels.get(name, {}), self.lang, name)) <= SHORT_LABEL
        return self.quoted(name) if short else self.say(_TARGET)

    def listed(self, names: Iterable[str]) -> Markup:
        """Names as a sentence lists them."""
        quoted = [self.quoted(name) for name in names]
        if len(quoted) < 2:
            return Markup("").join(quoted)
        return self.say(_AND, before=Markup(", ").join(quoted[:-1]), last=quoted[-1])

    def count(self, number: Figure) -> Markup:
        """Respondents, customers, money: without decimals."""
        return self._figure(number, lambda value: f"{value:,.0f}")

    def decimal(self, number: Figure) -> Markup:
        return self._figure(number, lambda value: f"{value:,.2f}")

    def fine(self, number: Figure) -> Markup:
        """Three decimals, for what differs little."""
        return self._figure(number, lambda value: f"{value:,.3f}")

    def share(self, number: Figure) -> Markup:
        return self._figure(number, lambda value: f"{100 * value:.0f}%")

    def points(self, number: Figure) -> Markup:
        """A recommendation score, always with its sign."""
        return self._figure(number, lambda value: f"{value:+,.0f}")

    def between(self, figures: Figures | None, show: Show | None = None) -> Markup:
        """A figure with its 90 % interval; `figures` has value or effect, low and high."""
        if figures is None or figures["low"] is None:
            return UNKNOWN
        show = show or self.decimal
        middle = figures["value"] if "value" in figures else figures["effect"]
        return self.say(_TO, middle=show(middle), low=show(figures["low"]), high=show(figures["high"]))

    def _figure(self, number: Figure, written: Callable[[float], str]) -> Markup:
        """The figure as people read it, with the report's own beside it for machines."""
        if number is None:
            return UNKNOWN
        told = written(number).replace("-", "\u2212")
        if not re.search(r"[1-9]", told):
            told = told.removeprefix("\u2212")
        if self.lang == "fr":
            told = told.replace(",", NARROW).replace(".", ",").replace("%", f"{NARROW}%")
        return Markup('<data value="{}">{}</data>').format(repr(number), told)

    def _spaced(self, text: Text) -> str:
        if self.lang == "en":
            return text.en
        spaced = re.sub(r" ([:»])", HARD + r"\1", text.fr).replace("« ", f"«{HARD}")
        return re.sub(r" ([;!?%])", NARROW + r"\1", spaced)
