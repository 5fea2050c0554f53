"""All checks of a survey's quality in one value, and what a reader must be warned of."""

from dataclasses import dataclass

from research.answers import Answers
from research.notices import Notice
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
    warnings: tuple[Notice, ...]


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


def _column_warnings(answers: Answers) -> list[Notice]:
    columns = answers.unknown_columns
    if not columns:
        return []
    sentence = f"Columns of the file that the codebook does not know were not used: {', '.join(columns)}."
    return [Notice("columns_not_used", sentence, columns=columns)]


def _gap_warnings(gaps: Missingness) -> list[Notice]:
    found = [
        Notice(
            "much_missing",
            f"{item.missing:.0%} of the answers to {item.item!r} are missing; findings on it lean on a model.",
            item=item.item,
            share=item.missing,
        )
        for item in gaps.by_item
        if item.missing > _MUCH_MISSING
    ]
    if gaps.empty:
        sentence = f"{gaps.empty} respondents answered no item at all; they say nothing about any other."
        found.append(Notice("empty_respondents", sentence, respondents=gaps.empty))
    if gaps.dependences:
        strongest = max(gaps.dependences, key=lambda dependence: abs(dependence.correlation))
        sentence = (
            f"Gaps are not random: whether {strongest.item!r} is missing goes with the answer to {strongest.other!r} "
            f"(correlation {strongest.correlation:.2f}; {len(gaps.dependences)} items show such a link). "
            "Complete answers alone would be a biased sample."
        )
        found.append(Notice("gaps_not_random", sentence, **vars(strongest), items=len(gaps.dependences)))
    return found


def _respondent_warnings(
    straight: StraightLining | None, fast: TooFast | None, twice: DuplicateIds | None
) -> list[Notice]:
    found = []
    if straight and straight.share > _MANY_CARELESS:
        sentence = (
            f"{straight.respondents} respondents ({straight.share:.0%}) gave one answer to all {straight.items} "
            f"questions of a scale, {straight.in_best_state} of them the best one: such lines tie items together "
            "that have no tie."
        )
        found.append(Notice("straight_lines", sentence, **vars(straight)))
    if fast and fast.share > _MANY_CARELESS:
        sentence = (
            f"{fast.respondents} respondents ({fast.share:.0%}) took under {fast.limit_s:.0f} s, "
            f"less than 40 % of the median of {fast.median_s:.0f} s."
        )
        found.append(Notice("too_fast", sentence, **vars(fast)))
    if twice and twice.ids:
        sentence = (
            f"{twice.ids} ids stand in several rows ({twice.surplus_rows} rows too many, such as "
            f"{', '.join(twice.examples)}); all rows were used: remove repeats before concluding."
        )
        found.append(Notice("repeated_ids", sentence, **vars(twice)))
    return found


def _end_warnings(spreads: tuple[Distribution, ...]) -> list[Notice]:
    found = []
    for spread in spreads:
        for share, end in ((spread.floor, "worst"), (spread.ceiling, "best")):
            if share > END_SHARE:
                sentence = (
                    f"{share:.0%} of the answers to {spread.item!r} are the {end} state: little is left to explain."
                )
                found.append(Notice(f"at_the_{end}", sentence, item=spread.item, share=share))
    return found


def _construct_warnings(constructs: tuple[ConstructReliability, ...], method: CommonMethod) -> list[Notice]:
    found = []
    for construct in constructs:
        alpha, omega = construct.reliability.alpha, construct.reliability.omega
        if min(alpha.value, omega.value) < WEAK_RELIABILITY:
            sentence = (
                f"The items of {construct.construct!r} hold together weakly (alpha {alpha.value:.2f}, omega "
                f"{omega.value:.2f} [{omega.low:.2f}, {omega.high:.2f}], under {WEAK_RELIABILITY}): effects of this "
                "construct are blurred."
            )
            found.append(Notice("weak_construct", sentence, construct=construct.construct, alpha=alpha, omega=omega))
        for item, value in zip(construct.items, construct.reliability.item_rest, strict=True):
            if value < WEAK_ITEM_REST:
                sentence = (
                    f"Item {item!r} goes with the rest of {construct.construct!r} only by {value:.2f}: "
                    "check its wording, its direction, or its place."
                )
                found.append(Notice("weak_item", sentence, item=item, construct=construct.construct, correlation=value))
    if method.suspicious:
        sentence = (
            f"One component carries {method.first_factor_share:.0%} of the variance of all items: part of the "
            "correlations may come from the way of asking."
        )
        found.append(Notice("one_component", sentence, share=method.first_factor_share))
    return found
