"""All checks of a survey's quality in one value, and what a reader must be warned of."""

from dataclasses import dataclass

from research.answers import Answers
from research.quality.distributions import END_SHARE, Distribution, distributions
from research.quality.measurement import (
    WEAK_ITEM_REST,
    WEAK_RELIABILITY,
    CommonMethod,
    ConstructReliability,
    common_method,
    construct_reliability,
)
from research.quality.missingness import Missingness, missingness
from research.quality.respondents import (
    DuplicateIds,
    StraightLining,
    TooFast,
    duplicate_ids,
    straight_lining,
    too_fast,
)

_MUCH_MISSING = 0.3
_MANY_CARELESS = 0.05


@dataclass(frozen=True)
class Quality:
    """What `check` knows of a survey; a part that cannot be looked at is None."""

    respondents: int
    n_eff: float
    missingness: Missingness
    straight_lining: StraightLining | None
    too_fast: TooFast | None
    duplicate_ids: DuplicateIds | None
    distributions: tuple[Distribution, ...]
    constructs: tuple[ConstructReliability, ...]
    common_method: CommonMethod
    warnings: tuple[str, ...]


def check_quality(answers: Answers) -> Quality:
    """Run every check; nothing is dropped or corrected, only reported."""
    gaps, spreads = missingness(answers), distributions(answers)
    straight, fast, twice = straight_lining(answers), too_fast(answers), duplicate_ids(answers)
    constructs, method = construct_reliability(answers), common_method(answers)
    return Quality(
        respondents=len(answers.codes),
        n_eff=answers.n_eff,
        missingness=gaps,
        straight_lining=straight,
        too_fast=fast,
        duplicate_ids=twice,
        distributions=spreads,
        constructs=constructs,
        common_method=method,
        warnings=(
            *_column_warnings(answers),
            *_gap_warnings(gaps),
            *_respondent_warnings(straight, fast, twice),
            *_end_warnings(spreads),
            *_construct_warnings(constructs, method),
        ),
    )


def _column_warnings(answers: Answers) -> list[str]:
    if not answers.unknown_columns:
        return []
    names = ", ".join(answers.unknown_columns)
    return [f"Columns of the file that the codebook does not know were not used: {names}."]


def _gap_warnings(gaps: Missingness) -> list[str]:
    found = [
        f"{item.missing:.0%} of the answers to {item.item!r} are missing; findings on it lean on a model."
        for item in gaps.by_item
        if item.missing > _MUCH_MISSING
    ]
    if gaps.empty:
        found.append(f"{gaps.empty} respondents answered no item at all; they say nothing about any other.")
    if gaps.dependences:
        strongest = max(gaps.dependences, key=lambda dependence: abs(dependence.correlation))
        found.append(
            f"Gaps are not random: whether {strongest.item!r} is missing goes with the answer to {strongest.other!r} "
            f"(correlation {strongest.correlation:.2f}; {len(gaps.dependences)} items show such a link). "
            "Complete answers alone would be a biased sample."
        )
    return found


def _respondent_warnings(
    straight: StraightLining | None, fast: TooFast | None, twice: DuplicateIds | None
) -> list[str]:
    found = []
    if straight and straight.share > _MANY_CARELESS:
        found.append(
            f"{straight.respondents} respondents ({straight.share:.0%}) gave one answer to all {straight.items} "
            f"questions of a scale, {straight.in_best_state} of them the best one: such lines tie items together "
            "that have no tie."
        )
    if fast and fast.share > _MANY_CARELESS:
        found.append(
            f"{fast.respondents} respondents ({fast.share:.0%}) took under {fast.limit_s:.0f} s, "
            f"less than 40 % of the median of {fast.median_s:.0f} s."
        )
    if twice and twice.ids:
        found.append(
            f"{twice.ids} ids stand in several rows ({twice.surplus_rows} rows too many, such as "
            f"{', '.join(twice.examples)}); all rows were used: remove repeats before concluding."
        )
    return found


def _end_warnings(spreads: tuple[Distribution, ...]) -> list[str]:
    found = []
    for spread in spreads:
        for share, end in ((spread.floor, "worst"), (spread.ceiling, "best")):
            if share > END_SHARE:
                found.append(
                    f"{share:.0%} of the answers to {spread.item!r} are the {end} state: little is left to explain."
                )
    return found


def _construct_warnings(constructs: tuple[ConstructReliability, ...], method: CommonMethod) -> list[str]:
    found = []
    for construct in constructs:
        alpha, omega = construct.reliability.alpha, construct.reliability.omega
        if min(alpha.value, omega.value) < WEAK_RELIABILITY:
            found.append(
                f"The items of {construct.construct!r} hold together weakly (alpha {alpha.value:.2f}, omega "
                f"{omega.value:.2f} [{omega.low:.2f}, {omega.high:.2f}], under {WEAK_RELIABILITY}): effects of this "
                "construct are blurred."
            )
        for item, value in zip(construct.items, construct.reliability.item_rest, strict=True):
            if value < WEAK_ITEM_REST:
                found.append(
                    f"Item {item!r} goes with the rest of {construct.construct!r} only by {value:.2f}: "
                    "check its wording, its direction, or its place."
                )
    if method.suspicious:
        found.append(
            f"One component carries {method.first_factor_share:.0%} of the variance of all items: part of the "
            "correlations may come from the way of asking."
        )
    return found
