"""A codebook that contradicts itself is refused with the name of what is wrong."""

import copy
from pathlib import Path
from typing import Any

import pytest

from research.codebook import Codebook, parse_codebook, read_codebook
from research.codebook.writing import codebook_text
from research.errors import CodebookError
from research.languages import wording

GOOD: dict[str, Any] = {
    "survey": {"title": "t", "missing": ["", -99], "not_applicable": ["-98"]},
    "item": [
        {"name": "imag1", "construct": "image", "tier": 0, "states": [1, 2, 3], "direction": "up"},
        {"name": "imag2", "construct": "image", "tier": 0, "states": [1, 2, 3], "direction": "down"},
        {"name": "qual1", "construct": "quality", "tier": 1, "states": ["no", "yes"], "label": {"en": "Is it good?"}},
        {"name": "qual2", "construct": "quality", "tier": 1, "states": [1, 2.5, 3]},
    ],
    "construct": [{"name": "image", "label": {"en": "Brand image", "fr": "Image de marque"}}],
    "edge": [
        {"from": "imag1", "to": "qual1", "rule": "required"},
        {"from": "qual1", "to": "qual2", "rule": "forbidden"},
        {"from": "image", "to": "quality", "rule": "required"},
    ],
}


def spoilt(**changes: Any) -> dict[str, Any]:
    """The good codebook with item 0 or whole tables changed."""
    document = copy.deepcopy(GOOD)
    for key, value in changes.items():
        if key in ("survey", "edge", "item", "constructs"):
            document[key.removesuffix("s")] = value
        else:
            document["item"][0][key] = value
    return document


def edge(source: str, target: str, rule: str = "required") -> dict[str, str]:
    return {"from": source, "to": target, "rule": rule}


def test_a_good_codebook_is_read_with_all_it_says() -> None:
    codebook = parse_codebook(GOOD)
    assert codebook.names == ("imag1", "imag2", "qual1", "qual2")
    assert codebook.constructs == {"image": (0, 1), "quality": (2, 3)}
    assert codebook.missing == ("", "-99")
    assert codebook.not_applicable == ("-98",)
    assert codebook.item_edges("required") == (("imag1", "qual1"),)
    assert codebook.construct_edges("required") == (("image", "quality"),)
    assert wording(codebook.items[2].label, "fr", "qual1") == "Is it good?"
    assert wording(codebook.construct_labels["image"], "fr", "image") == "Image de marque"


@pytest.mark.parametrize("title", ["t", "", {"en": "Why", "fr": "Pourquoi \u201c?\u201d"}, {"fr": "Pourquoi"}])
def test_a_codebook_that_is_written_reads_back_the_same(title: Any, tmp_path: Path) -> None:
    codebook = parse_codebook(spoilt(survey=GOOD["survey"] | {"title": title}))
    (tmp_path / "codebook.toml").write_text(codebook_text(codebook), encoding="utf-8")
    again = read_codebook(tmp_path / "codebook.toml")
    assert Codebook(**{**vars(again), "sha256": ""}) == codebook


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (spoilt(name="imag2"), "'imag2' is named twice"),
        (spoilt(survey={"title": {"en": 1}}), "The title must be a text"),
        (spoilt(states=[4]), "at least two states"),
        (spoilt(states=[1, 2, "2.0"]), "'2' of item 'imag1' is listed twice"),
        (spoilt(states=list(range(30))), "30 states are listed"),
        (spoilt(states=[1, 2, -99]), "'imag1' has the state -99"),
        (spoilt(states=[1, True]), "neither a number nor a text"),
        (spoilt(tier=1), "'image' has items in tiers 0 and 1"),
        (spoilt(tier="0"), "tier of item 'imag1'"),
        (spoilt(direction="left"), "direction of item 'imag1'"),
        (spoilt(construct=""), "construct of item 'imag1'"),
        (spoilt(construct="qual2"), "names both an item and a construct"),
        (spoilt(label=["en"]), "label of item 'imag1'"),
        (spoilt(name=""), "number 1 has no name"),
        (spoilt(directon="up"), "'directon' of item 'imag1' is not known"),
        (spoilt(survey={"missing": ["-9"], "not_applicable": [-9]}), "'-9' is both missing and not applicable"),
        (spoilt(survey={"missing": "-9"}), "write a list"),
        (spoilt(survey={"ignore": ["imag1"]}), "'imag1' is both an [[item]] and in `ignore`"),
        (spoilt(item=GOOD["item"][:1], edge=[]), "at least two"),
        (spoilt(item=[{"name": f"q{i}", "states": [1, 2]} for i in range(400)], edge=[]), "400 items"),
        (spoilt(edge=[edge("qual1", "imag1")]), "from tier 1 back to tier 0"),
        (spoilt(edge=[edge("imag1", "staff")]), "'staff', which is no item and no construct"),
        (spoilt(edge=[edge("imag1", "imag1")]), "points at itself"),
        (spoilt(edge=[edge("image", "qual1")]), "two items or two constructs"),
        (
            spoilt(edge=[edge("imag1", "qual1"), edge("imag1", "qual1", "forbidden")]),
            "'imag1' -> 'qual1' has two rules",
        ),
        (spoilt(edge=[edge("imag1", "imag2"), edge("imag2", "imag1")]), "make a circle"),
        (spoilt(edge=[edge("imag1", "qual1", "wanted")]), "rule of [[edge]] number 1"),
        (spoilt(edge=[{"from": "imag1", "rule": "required"}]), "has no text `to`"),
        (spoilt(constructs=[{"label": "Image"}]), "[[construct]] number 1 has no name"),
        (spoilt(constructs=[{"name": "image"}, {"name": "image"}]), "'image' has two [[construct]] entries"),
        (spoilt(constructs=[{"name": "imago"}]), "'imago' is the construct of no item"),
        (spoilt(constructs=[{"name": "image", "label": 3}]), "label of construct 'image'"),
        (spoilt(constructs=[{"name": "image", "tier": 3}]), "'tier' of construct 'image' is not known"),
    ],
)
def test_a_contradiction_is_refused_by_name(document: dict[str, Any], named: str) -> None:
    with pytest.raises(CodebookError) as refusal:
        parse_codebook(document)
    assert named in str(refusal.value)


def test_a_circle_through_three_items_is_named_from_cause_to_effect() -> None:
    items = [{"name": name, "states": [1, 2]} for name in "abc"]
    edges = [edge("a", "b"), edge("b", "c"), edge("c", "a")]
    with pytest.raises(CodebookError) as refusal:
        parse_codebook({"item": items, "edge": edges})
    assert any(circle in str(refusal.value) for circle in ("a -> b -> c -> a", "b -> c -> a -> b", "c -> a -> b -> c"))


@pytest.mark.parametrize("content", [b"[survey", b"\xff\xfe", None])
def test_a_file_that_is_no_codebook_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "codebook.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CodebookError, match=r"codebook\.toml"):
        read_codebook(path)
