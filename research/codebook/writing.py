"""A codebook as TOML text that `read_codebook` reads back to the same codebook."""

import json
from collections.abc import Mapping

from research.codebook.items import Codebook, Edge, Item


def codebook_text(codebook: Codebook) -> str:
    """The codebook as TOML, one [[item]] after the other in order."""
    survey = [
        "[survey]",
        f"title = {_title(codebook.title)}",
        f"missing = {_list(codebook.missing)}",
        f"not_applicable = {_list(codebook.not_applicable)}",
        f"ignore = {_list(codebook.ignore)}",
    ]
    edges = [(edge, "required") for edge in codebook.required] + [(edge, "forbidden") for edge in codebook.forbidden]
    constructs = [
        ["[[construct]]", f"name = {_text(name)}", *_label(label)] for name, label in codebook.construct_labels.items()
    ]
    blocks = [survey, *map(_item, codebook.items), *constructs, *(_edge(edge, rule) for edge, rule in edges)]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _item(item: Item) -> list[str]:
    construct = [] if item.construct is None else [f"construct = {_text(item.construct)}"]
    return [
        "[[item]]",
        f"name = {_text(item.name)}",
        *construct,
        f"tier = {item.tier}",
        f"states = {_list(item.states)}",
        f"direction = {_text(item.direction)}",
        *_label(item.label),
    ]


def _title(title: Mapping[str, str]) -> str:
    # One text alone is what people write without a language, and English is how it is read.
    return _by_language(title) if set(title) - {"en"} else _text(title.get("en", ""))


def _label(label: Mapping[str, str]) -> list[str]:
    return [f"label = {_by_language(label)}"] if label else []


def _by_language(texts: Mapping[str, str]) -> str:
    told = ", ".join(f"{_text(language)} = {_text(text)}" for language, text in texts.items())
    return f"{{ {told} }}"


def _edge(edge: Edge, rule: str) -> list[str]:
    return ["[[edge]]", f"from = {_text(edge[0])}", f"to = {_text(edge[1])}", f"rule = {_text(rule)}"]


def _list(values: tuple[int | float | str, ...]) -> str:
    return "[" + ", ".join(_text(value) if isinstance(value, str) else repr(value) for value in values) + "]"


def _text(text: str) -> str:
    # A JSON string is a TOML basic string, except that JSON leaves DEL bare.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
