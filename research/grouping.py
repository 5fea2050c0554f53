"""Constructs proposed from the answers where the codebook names none, with how sure each is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from research.answers import Answers
from research.learning.item_groups import group_items
from research.learning.resampling import resampled_correlations
from research.notices import Notice

SURE = 0.8
REPLICATES = 100  # A share of .8 is then known to about .07.


@dataclass(frozen=True)
class ProposedConstruct:
    """Items that answer together.

    Attributes
    ----------
    name : str
        What the items' names have in common, else a number.
    columns : tuple of int
    items : tuple of str
    certainty : float
        Mean share of replicates in which two of its items stood in one group.
    """

    name: str
    columns: tuple[int, ...]
    items: tuple[str, ...]
    certainty: float

    @property
    def sure(self) -> bool:
        return self.certainty >= SURE

    def notice(self) -> Notice:
        """What a reader should make of it."""
        told = f"{', '.join(self.items)} answer as one construct in {'' if self.sure else 'only '}{self.certainty:.0%}"
        if self.sure:
            code, advice = "construct_proposed", "name it in the codebook if that makes sense."
        else:
            code, advice = "construct_unsure", "too unsure to build on."
        return Notice(code, f"{told} of resamples: {advice}", items=self.items, certainty=self.certainty)


def propose_constructs(answers: Answers, *, replicates: int = REPLICATES, seed: int) -> tuple[ProposedConstruct, ...]:
    """Group the items of a codebook without constructs; items that stand alone are in no group.

    Parameters
    ----------
    answers : Answers
    replicates, seed : int

    See Also
    --------
    research.learning.item_groups.group_items : the method, its assumptions and references.
    research.constructs.construct_nodes : takes `sure_groups` of the proposals.
    """
    matrices = resampled_correlations(answers.codes, answers.n_states, answers.scaled_weights, replicates, seed)
    tiers = tuple(item.tier for item in answers.codebook.items)
    found = group_items(matrices, tiers, answers.n_eff)
    named: dict[str, ProposedConstruct] = {}
    for columns, certainty in zip(found.groups, found.certainty, strict=True):
        items = tuple(answers.codebook.names[column] for column in columns)
        name = _name(items, {*named, *answers.codebook.names}, len(named) + 1)
        named[name] = ProposedConstruct(name, columns, items, float(certainty))
    return tuple(named.values())


def sure_groups(proposed: Sequence[ProposedConstruct]) -> Mapping[str, tuple[int, ...]]:
    """Columns by name of the proposals that hold in at least 80 % of replicates."""
    return {each.name: each.columns for each in proposed if each.sure}


def _name(items: tuple[str, ...], taken: set[str], number: int) -> str:
    letters = takewhile(lambda column: len(set(column)) == 1, zip(*items, strict=False))
    shared = re.sub(r"[\W\d_]+$", "", "".join(column[0] for column in letters))
    return shared if len(shared) > 1 and shared not in taken else f"group {number}"
