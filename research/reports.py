"""What a fit says, under the keys of report.json."""

import platform
from collections import Counter
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from research.answers import Answers
from research.codebook import Codebook
from research.constructs import Constructs
from research.fit import Fit
from research.languages import LANGUAGES, wording
from research.learning.consensus import ConsensusEdge
from research.learning.replicates import Learned
from research.learning.scores import LIKELIHOODS
from research.notices import Notice
from research.output import plain
from research.quality import Quality
from research.scales import INTERVAL, Estimate
from research.target_report import about_target, target_warnings, validation_report
from research.validation import Validation

# Libraries whose change may move a figure.
_VERSIONS = ("furet", "joblib", "numba", "numpy", "pgmpy", "pyarrow", "scikit-learn", "scipy", "statsmodels")
Report = dict[str, Any]
"""A report as JSON values: dicts, lists, texts, rounded numbers, None."""

_NOT_IN_SETTINGS = ("workers", "backend")
_STRAINED = 0.2


def report(fit: Fit) -> Report:
    """The report as JSON values; nothing in it depends on the time, the machine's paths or the number of workers."""
    warnings = _warnings(fit)
    content = {
        "survey": _survey(fit.answers) | _imputed(fit),
        "labels": labels_of(fit.answers.codebook) | _proposed_labels(fit),
        "network": _network(fit),
        "constructs": _constructs(fit),
        "proposed_constructs": fit.proposed,
        "segments": {"survey_derived": _survey_segments(fit), "given": fit.by_segment, "waves": fit.by_wave},
        "validation": validation_report(fit),
        "provenance": _provenance(fit),
        "refusals": fit.evidence.refusals,
        "warnings": warnings,
        "notices": [notice.row() for notice in warnings],
    }
    rest = {key: plain(value) for key, value in (content | about_target(fit)).items()}
    return quality_report(fit.answers, fit.quality) | rest


def quality_report(answers: Answers, quality: Quality) -> Report:
    """What can be said before any fit: survey, labels, quality, reliability, indices, and what to be warned of."""
    content = {
        "survey": _survey(answers),
        "labels": labels_of(answers.codebook),
        "quality": quality,
        "reliability": {
            found.construct: {"alpha": found.reliability.alpha, "omega": found.reliability.omega}
            for found in quality.constructs
        },
        "indices": {found.construct: found.index for found in quality.constructs},
        "warnings": quality.warnings,
        "notices": [notice.row() for notice in quality.warnings],
    }
    return {key: plain(value) for key, value in content.items()}


def _survey(answers: Answers) -> dict[str, object]:
    return {
        "title": {lang: wording(answers.codebook.title, lang, "") for lang in LANGUAGES},
        "respondents": len(answers.codes),
        "n_eff": answers.n_eff,
        "data_sha256": answers.data_sha256,
        "missing_share": float(answers.missing.mean()),
        "not_applicable_share": float(answers.not_applicable.mean()),
        "columns_not_used": answers.unknown_columns,
    }


def _imputed(fit: Fit) -> dict[str, object]:
    names = fit.answers.codebook.names
    return {
        "left_out": fit.left_out,
        "imputed": {name: int(count) for name, count in zip(names, fit.imputed.imputed, strict=True) if count},
        "imputations": len(fit.imputed.completed),
    }


def labels_of(codebook: Codebook) -> dict[str, dict[str, str]]:
    """What to call every item and construct in every language; its name where the codebook has no label."""
    known = {name: codebook.construct_labels.get(name, {}) for name in codebook.constructs}
    known |= {item.name: item.label or known.get(item.name, {}) for item in codebook.items}
    return {name: {lang: wording(label, lang, name) for lang in LANGUAGES} for name, label in known.items()}


def _proposed_labels(fit: Fit) -> dict[str, dict[str, str]]:
    """Of groups that were found: what their items' names share, or a number, for which French has its own word."""
    return {group.name: {"en": group.name, "fr": group.name.replace("group ", "groupe ", 1)} for group in fit.proposed}


def _network(fit: Fit) -> dict[str, object]:
    items = [_item_edge(fit, edge) for edge in fit.learned.consensus.edges]
    constructs = [] if fit.constructs is None else fit.constructs.edges()
    if fit.constructs is not None and not fit.evidence.directions:
        nodes = fit.constructs.nodes
        tier = dict(zip(nodes.names, nodes.constraints.tiers, strict=True))
        constructs = [
            edge | ({"direction": None} if tier[str(edge["from"])] == tier[str(edge["to"])] else {})
            for edge in constructs
        ]
    return {"threshold": fit.learned.consensus.threshold, "edges": constructs + items}


def _item_edge(fit: Fit, edge: ConsensusEdge) -> dict[str, object]:
    items = fit.answers.codebook.items
    source, target = items[edge.source], items[edge.target]
    # Across tiers the codebook says the direction, not the answers, however few.
    told = fit.evidence.directions or source.tier != target.tier
    return {
        "from": source.name,
        "to": target.name,
        "level": "item",
        "strength": edge.strength,
        "direction": edge.direction if told else None,
        "score": _likelihood(fit.learned, edge),
    }


def _likelihood(learned: Learned, edge: ConsensusEdge) -> str:
    """The likelihood that most often won for the target among the replicates with this edge in this direction."""
    bit = np.uint64(1 << edge.source)
    with_edge = (learned.parents[:, edge.target] & bit) != 0
    winners: list[int] = learned.likelihoods[with_edge, edge.target].tolist()
    counts = Counter(winners or [int(learned.optimum_likelihoods[edge.target])])
    return LIKELIHOODS[min(counts, key=lambda number: (-counts[number], number))]


def _constructs(fit: Fit) -> dict[str, object] | None:
    if fit.constructs is None:
        return None
    names = fit.answers.codebook.names
    return {
        "nodes": fit.constructs.nodes.names,
        "paths": fit.constructs.paths(),
        "explained": _explained(fit.constructs),
        "loadings": {
            construct: {names[column]: loading for column, loading in items.items()}
            for construct, items in fit.constructs.loadings().items()
        },
    }


def _explained(constructs: Constructs) -> dict[str, dict[str, Estimate]]:
    """Share of each construct's variance that its causes carry, by method; freed of measurement error."""
    by_method = {
        method: np.einsum("ruv,ruv->rv", replicates.paths[:, 0], replicates.correlations)
        for method, replicates in constructs.methods.items()
    }
    return {
        name: {method: _estimate(shares[:, node]) for method, shares in by_method.items()}
        for node, name in enumerate(constructs.nodes.names)
    }


def _estimate(drawn: npt.NDArray[np.float64]) -> Estimate:
    low, value, high = np.quantile(drawn, [0.5 - INTERVAL / 2, 0.5, 0.5 + INTERVAL / 2])
    return Estimate(float(value), float(low), float(high))


def _survey_segments(fit: Fit) -> dict[str, object] | None:
    """Segments the answers show by themselves; with `offered` false only why not."""
    if fit.segments is None or fit.constructs is None:
        return None
    if not fit.segments.offered:
        reason = fit.segments.reason
        return {"offered": False, "reason": reason, "notice": None if reason is None else reason.row()}
    columns = zip(fit.constructs.nodes.names, fit.segments.profiles.T, strict=True)
    return {
        "offered": True,
        "shares": fit.segments.shares,
        "stability": fit.segments.stability,
        "level_only": fit.segments.level_only,
        "profiles": dict(columns),
    }


def _provenance(fit: Fit) -> dict[str, object]:
    settings = {name: value for name, value in vars(fit.settings).items() if name not in _NOT_IN_SETTINGS}
    return {
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _VERSIONS},
        "seed": fit.settings.seed,
        "settings": settings | {"likelihoods": fit.likelihoods},
        "codebook_sha256": fit.answers.codebook.sha256,
    }


def _warnings(fit: Fit) -> list[Notice]:
    names = fit.answers.codebook.names
    constructs = [] if fit.constructs is None else fit.constructs.warnings(names)
    return [
        *fit.evidence.refusals,
        *fit.quality.warnings,
        *target_warnings(fit),
        *_imputation_warnings(fit),
        *_likelihood_warnings(fit),
        *(proposed.notice() for proposed in fit.proposed),
        *constructs,
        *_validation_warnings(fit.validation),
    ]


def _imputation_warnings(fit: Fit) -> list[Notice]:
    filled, irrelevant = int(fit.imputed.imputed.sum()), int(fit.answers.not_applicable.sum())
    found = []
    if fit.left_out:
        sentence = f"{fit.left_out} respondents answered no item and are left out of every figure."
        found.append(Notice("left_out", sentence, respondents=fit.left_out))
    if filled:
        share, times = filled / fit.answers.codes.size, len(fit.imputed.completed)
        sentence = (
            f"{filled:,} answers ({share:.1%}) were imputed, {times} times over, from the answers that were given; the "
            "spread between the times is part of every interval."
        )
        found.append(Notice("imputed", sentence, answers=filled, share=share, times=times))
    if irrelevant:
        sentence = f"{irrelevant:,} answers did not apply; while learning they were filled in as if they had."
        found.append(Notice("not_applicable", sentence, answers=irrelevant))
    return found


def _likelihood_warnings(fit: Fit) -> list[Notice]:
    if fit.settings.likelihoods is not None or "dummies" in fit.likelihoods:
        return []
    sentence = (
        "The scales are so long that a step for every state would take hours: an item that answers its causes in bends "
        "was taken as linear or as a free table. Join states, or ask for --likelihoods table linear dummies."
    )
    return [Notice("long_scales", sentence)]


def _validation_warnings(validation: Validation) -> list[Notice]:
    held_out, predictive, found = validation.held_out, validation.predictive, []
    if held_out is None:
        sentence = "Some items have too few answers to hold any out: the network is not validated on unseen answers."
        found.append(Notice("not_held_out", sentence))
    elif held_out.over_independence.low <= 0:
        sentence = (
            "On unseen answers the network is no better than no network at all: nothing in this survey surely holds "
            "together."
        )
        found.append(Notice("nothing_holds", sentence, over_independence=held_out.over_independence))
    elif held_out.over_saturated.high < 0:
        sentence = "On unseen answers free tables predict better: items depend on each other in no simple order."
        found.append(Notice("free_tables_better", sentence, over_saturated=held_out.over_saturated))
    if predictive.share_below_05 > _STRAINED:
        worst = predictive.worst[0]
        sentence = (
            f"The network fails to reproduce {predictive.share_below_05:.0%} of the pairwise tables (5 % would be "
            f"chance), worst {worst.first!r} with {worst.second!r}: correlation {worst.observed:.2f} in the answers, "
            f"{worst.predicted:.2f} by the network. Items of one construct often do this; read constructs first."
        )
        found.append(Notice("tables_not_reproduced", sentence, share=predictive.share_below_05, **vars(worst)))
    return found
