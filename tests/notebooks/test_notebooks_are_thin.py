"""No notebook defines, loops or computes by itself; each asks one question and answers it."""

from pathlib import Path

import pytest

from tests.notebooks.pairs import sources
from tests.notebooks.rules import faults

THIN = """# %% [markdown]
# # Why do they stay?

# %%
from research.lab import tell_trust

# %%
tell_trust({}, "en")
"""


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_every_notebook_keeps_the_rules(source: Path) -> None:
    assert faults(source.read_text(encoding="utf-8")) == []


def test_a_thin_notebook_has_no_fault() -> None:
    assert faults(THIN) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("def work(): ...", "defines a function"),
        ("work = lambda: 1", "defines a function"),
        ("class Work: ...", "defines a class"),
        ("for one in []: pass", "has a loop"),
        ("while False: pass", "has a loop"),
        ("[one for one in []]", "has a loop"),
        ("{one: one for one in []}", "has a loop"),
        ("sum(one for one in [])", "has a loop"),
        ("import pgmpy.models", "imports pgmpy.models"),
        ("from altair import Chart", "imports altair"),
        ("import numpy as np", "imports numpy"),
        ("x = 1\n" * 11, "has 11 lines"),
    ],
)
def test_what_is_more_than_thin_is_found(line: str, fault: str) -> None:
    found = faults(THIN.replace("from research.lab import tell_trust", line))
    assert len(found) == 1
    assert fault in found[0]


def test_a_notebook_that_asks_nothing_or_answers_nothing_is_found() -> None:
    assert "asks no question" in faults(THIN.replace("Why do they stay?", "Some charts"))[0]
    assert "does not answer" in faults(THIN.replace('tell_trust({}, "en")', 'print("Loyalty is fine.")'))[0]
