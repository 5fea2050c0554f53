"""Whatever stands in a codebook or a file appears on the page as text, whole and harmless."""

import copy
import json

from research.page import render_page
from research.page.voice import Voice
from tests.research.page.reading import Page
from tests.research.page.reports import report_of

LABELS = {
    "image": '<script>alert("1")</script>',
    "quality": "]]> & <b>bold</b> {driver} %s",
    "satisfaction": "שביעות רצון",
    "value": "A question so long that it fills two hundred characters, " * 4,
    "loyalty": "</title></style><img src=x onerror=alert(1)>",
}


def dressed() -> Page:
    report = json.loads(json.dumps(report_of("whole")).replace('"A"', '"<i>A</i>"'))
    for name, label in LABELS.items():
        report["labels"][name] = {"en": label, "fr": label}
    report["survey"]["title"] = "<h1>Title</h1>"
    return Page(render_page(report, "en"))


def test_labels_are_shown_as_they_are_written_and_never_run() -> None:
    page = dressed()
    assert not page.named("script", "img", "b", "i")
    assert len(page.named("h1")) == 1
    shown = {element.text for element in page.named("bdi")}
    assert set(LABELS.values()) <= shown
    assert "<i>A</i>" in shown
    assert next(element.text for element in page.named("p")) == "<h1>Title</h1>"


def test_the_survey_is_called_as_the_language_calls_it() -> None:
    report = copy.deepcopy(report_of("without target"))
    report["survey"]["title"] = {"en": "Why do you stay?", "fr": "Pourquoi restez-vous ?"}
    told = [next(element.text for element in Page(render_page(report, lang)).named("p")) for lang in ("en", "fr")]
    assert told == ["Why do you stay?", "Pourquoi restez-vous ?"]


def test_a_target_with_a_long_label_is_named_once_and_then_called_the_target() -> None:
    long = "How sure are you, from 0 to 10, that you will still be with us in a year?"
    voice = Voice("fr", {"stay": {"en": long, "fr": long}, "loyalty": {"en": "loyalty", "fr": "fidélité"}})
    assert voice.target("stay") == "la cible"
    assert "fidélité" in voice.target("loyalty")
    assert long in voice.quoted("stay")


def test_a_missing_label_shows_the_name() -> None:
    report = copy.deepcopy(report_of("without target")) | {"labels": {}}
    assert "q08" in {element.text for element in Page(render_page(report, "fr")).named("bdi")}
