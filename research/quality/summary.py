"""The quality of a survey as a page of text for a terminal."""

from research.quality.distributions import Distribution
from research.quality.findings import Quality
from research.quality.measurement import ConstructReliability
from research.quality.missingness import Missingness
from research.scales import Estimate

_BARS = " ▁▂▃▄▅▆▇█"


def quality_text(quality: Quality) -> str:
    """A readable summary: respondents, gaps, distributions, constructs, and the warnings last."""
    blocks = [
        f"{quality.respondents:,} respondents, worth {quality.n_eff:,.0f} after weighting. Intervals are 90 %.",
        _gaps(quality.missingness),
        _careless(quality),
        _distributions(quality.distributions),
        _constructs(quality.constructs),
        f"First component of all items: {quality.common_method.first_factor_share:.0%} of the variance (Harman).",
        _warnings(quality.warnings),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _gaps(gaps: Missingness) -> str:
    lines = [
        f"Missing {gaps.missing_share:.1%} of cells, not applicable {gaps.not_applicable_share:.1%}; "
        f"{gaps.complete:,} respondents answered everything, {gaps.empty:,} nothing."
    ]
    for pattern in gaps.patterns:
        shown = ", ".join(pattern.items[:6]) + (f" and {len(pattern.items) - 6} more" if len(pattern.items) > 6 else "")
        lines.append(f"  {pattern.respondents:>6,} without {shown}")
    return "\n".join(lines)


def _careless(quality: Quality) -> str:
    lines = []
    if quality.straight_lining:
        line = quality.straight_lining
        lines.append(
            f"Straight lines: {line.respondents:,} ({line.share:.1%}), {line.in_best_state:,} in the best state."
        )
    if quality.too_fast:
        fast = quality.too_fast
        lines.append(f"Too fast: {fast.respondents:,} ({fast.share:.1%}) under {fast.limit_s:.0f} s.")
    if quality.duplicate_ids:
        lines.append(f"Ids in several rows: {quality.duplicate_ids.ids:,}.")
    return "\n".join(lines)


def _distributions(spreads: tuple[Distribution, ...]) -> str:
    width = max(4, *(len(spread.item) for spread in spreads))
    title = f"{'item':<{width}}  {'answered':>8}  {'spread':<10} {'top 2':<18} {'mean':<19} recommendation"
    rows = [
        f"{spread.item:<{width}}  {spread.answered:>8,}  {_bars(spread.shares):<10} {_percent(spread.top2):<18} "
        f"{_plain(spread.mean):<19} {_percent(spread.recommendation.score, '+')}"
        for spread in spreads
    ]
    return "\n".join([title, *rows, *_hidden(spreads)])


def _hidden(spreads: tuple[Distribution, ...]) -> list[str]:
    """What the score hides, told for the item where it hides most."""
    worst = max(spreads, key=lambda spread: spread.recommendation.mean_high - spread.recommendation.mean_low)
    return [f"What the recommendation score hides, at {worst.item}: {worst.recommendation.hides}"]


def _constructs(constructs: tuple[ConstructReliability, ...]) -> str:
    if not constructs:
        return ""
    width = max(9, *(len(found.construct) for found in constructs))
    rows = [
        f"{found.construct:<{width}}  {len(found.items):>5}  {_index(found.index):<15} "
        f"{_plain(found.reliability.alpha):<19} {_plain(found.reliability.omega):<19} "
        f"{min(found.reliability.item_rest):.2f}"
        for found in constructs
    ]
    title = f"{'construct':<{width}}  {'items':>5}  {'index of 100':<15} {'alpha':<19} {'omega':<19} lowest item-rest"
    return "\n".join([title, *rows])


def _warnings(warnings: tuple[str, ...]) -> str:
    return "\n".join(["Warnings:", *(f"  - {warning}" for warning in warnings)]) if warnings else "No warnings."


def _bars(shares: tuple[float, ...]) -> str:
    """One block a state, as high as its share of the commonest."""
    most = max(shares)
    return "".join(_BARS[round(8 * share / most)] for share in shares)


def _percent(estimate: Estimate | None, sign: str = "") -> str:
    if estimate is None:
        return "-"
    return f"{estimate.value:{sign}.0%} [{estimate.low:{sign}.0%}, {estimate.high:{sign}.0%}]"


def _plain(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def _index(estimate: Estimate) -> str:
    return f"{estimate.value:.0f} [{estimate.low:.0f}, {estimate.high:.0f}]"
