"""A whole fit: from answers to the report of what holds together in them, and the network behind it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # It ships no types.

from research.answers import Answers
from research.codebook import Codebook, state_text
from research.construct_network import construct_network
from research.constructs import Constructs, construct_nodes, learn_constructs
from research.drivers import Drivers, find_drivers, find_target
from research.errors import SettingsError
from research.evidence import Evidence, weigh_evidence
from research.grouping import ProposedConstruct, propose_constructs, sure_groups
from research.groups import Groups, compare_groups
from research.importance import ImportancePerformance, weigh_importance
from research.learning.constraints import Constraints
from research.learning.families import list_families, parents_of
from research.learning.missing import Imputations, impute
from research.learning.replicates import Learned, learn
from research.learning.scores import LIKELIHOODS, Likelihood, free_parameters
from research.learning.tables import fit_tables
from research.networks.bif import Network
from research.prediction import Prediction, judge_prediction
from research.progress import Progress, silent
from research.quality import Quality, check_quality
from research.segments import Segments, find_segments
from research.stakes import Stakes, weigh_stakes
from research.validation import Validation, fold_learner, validate

MOST_WORK = 1e8  # Of the dummies: ten times that of 24 items with 5 states in four tiers.


@dataclass(frozen=True)
class FitSettings:
    """How to fit.

    Attributes
    ----------
    replicates : int
        Bootstrap replicates; below 100, strengths move by more than .1 between seeds.
    seed : int
    max_parents : int
        Most parents of one item.
    likelihoods : tuple of str, optional
        Which compete for each item; by default all, unless `affordable_likelihoods` leaves the dummies out.
    imputations, rounds : int
        Completed data sets where answers are missing, and rounds of structural EM behind them.
    folds : int
        Parts into which the answers are split for validation, at least 2.
    workers, backend : int, str
        How the work is shared out; they change the time and not one byte of the report.
    target : str or None
        The item or construct whose drivers are asked for.
    """

    replicates: int = 200
    seed: int = 1
    max_parents: int = 2
    likelihoods: tuple[Likelihood, ...] | None = None
    imputations: int = 10
    rounds: int = 4
    folds: int = 5
    workers: int = 1
    backend: str = "threading"
    target: str | None = None


@dataclass(frozen=True, eq=False)
class Fit:
    """Everything a fit found.

    Attributes
    ----------
    answers : Answers
        Respondents who answered something; `left_out` answered nothing.
    network : Network
        The consensus among items with its tables.
    proposed : tuple of ProposedConstruct
        Groups of items found where the codebook names no construct.
    constructs : Constructs or None
        None where nothing groups two items.
    construct_network : Network or None
        The best network among constructs, with the items as leaves; None where there are no constructs.
    segments : Segments or None
        None where there are no constructs, or too few answers.
    drivers : Drivers or None
        None without a target.
    importance : tuple of ImportancePerformance
        Empty without a target.
    stakes : Stakes or None
        None without a target or without turnover.
    by_segment, by_wave : Groups or None
        None without a target, or without two groups large enough.
    prediction : Prediction or None
        None without a target, where too few answered it to hold any out, or where items are too dense.
    """

    answers: Answers
    settings: FitSettings
    left_out: int
    evidence: Evidence
    quality: Quality
    likelihoods: tuple[Likelihood, ...]
    imputed: Imputations
    learned: Learned
    network: Network
    proposed: tuple[ProposedConstruct, ...]
    constructs: Constructs | None
    construct_network: Network | None
    segments: Segments | None
    validation: Validation
    drivers: Drivers | None
    importance: tuple[ImportancePerformance, ...]
    stakes: Stakes | None
    prediction: Prediction | None
    by_segment: Groups | None
    by_wave: Groups | None


def fit_survey(answers: Answers, settings: FitSettings | None = None, progress: Progress = silent) -> Fit:
    """Learn what holds together in the answers, and how sure that is.

    Parameters
    ----------
    answers : Answers, see `read_answers`
    settings : FitSettings, optional
    progress : Progress

    Raises
    ------
    TooFewAnswers
        Fewer than 50 respondents answered anything.
    SettingsError
        An item has more required causes than it may have parents; the target is unknown, or nothing can precede it.

    Notes
    -----
    Respondents who answered no item are left out and counted. Answers that do not apply are imputed like missing ones
    while networks are learned, as the answer the respondent would have given had the question applied.
    """
    settings = settings or FitSettings()
    present = answers.rows(np.flatnonzero((answers.codes >= 0).any(axis=1)))
    evidence = weigh_evidence(present)
    rules = item_rules(answers.codebook, settings.max_parents)
    target = None if settings.target is None else find_target(answers.codebook, rules, settings.target)
    likelihoods = settings.likelihoods or affordable_likelihoods(rules, present.n_states)
    # Linear algebra on one thread: how many there are would change the last bits of a sum.
    with threadpool_limits(1):
        quality = check_quality(answers)
        imputed = _impute(present, rules, likelihoods, settings, progress)
        learned = learn(
            imputed.completed, present.n_states, present.scaled_weights, rules,
            replicates=settings.replicates, seed=settings.seed, likelihoods=likelihoods,
            workers=settings.workers, backend=settings.backend, progress=progress,
        )  # fmt: skip
        proposed = _proposed(present, settings)
        constructs = _constructs(present, proposed, settings, progress)
        through_constructs = None if constructs is None else construct_network(constructs, present.codebook)
        segments = None
        if constructs is not None and evidence.segments:
            segments = find_segments(present, constructs.nodes.members, seed=settings.seed)
        learner = fold_learner(
            present, rules, likelihoods=likelihoods, folds=settings.folds, seed=settings.seed, progress=progress
        )
        validation = validate(present, imputed.completed, learned, learner, progress=progress)
        importance: tuple[ImportancePerformance, ...] = ()
        drivers = stakes = prediction = by_segment = by_wave = None
        if target is not None:
            drivers = find_drivers(
                present, imputed.completed, learned, constructs, target, seed=settings.seed, progress=progress
            )
            importance = weigh_importance(present, imputed.completed, drivers.levels, seed=settings.seed)
            stakes = weigh_stakes(present, drivers.levels, target, seed=settings.seed)
            prediction = judge_prediction(learner, target, None if constructs is None else constructs.nodes)
            by_segment, by_wave = (
                None
                if groups is None or not evidence.segments
                else compare_groups(present, groups, imputed.completed, learned, constructs, target, seed=settings.seed)
                for groups in (present.segments, present.waves)
            )
    return Fit(
        answers=present,
        settings=settings,
        left_out=len(answers.codes) - len(present.codes),
        evidence=evidence,
        quality=quality,
        likelihoods=likelihoods,
        imputed=imputed,
        learned=learned,
        network=_consensus_network(present, imputed, learned),
        proposed=proposed,
        constructs=constructs,
        construct_network=through_constructs,
        segments=segments,
        validation=validation,
        drivers=drivers,
        importance=importance,
        stakes=stakes,
        prediction=prediction,
        by_segment=by_segment,
        by_wave=by_wave,
    )


def item_rules(codebook: Codebook, max_parents: int) -> Constraints:
    """The codebook's rules among items, by column number."""
    column = {name: number for number, name in enumerate(codebook.names)}
    required, forbidden = (
        frozenset((column[source], column[target]) for source, target in codebook.item_edges(rule))
        for rule in ("required", "forbidden")
    )
    for name, number in column.items():
        causes = [codebook.names[source] for source, target in sorted(required) if target == number]
        if len(causes) > max_parents:
            raise SettingsError(
                f"Item {name!r} has {len(causes)} required causes ({', '.join(causes)}) and may have {max_parents}: "
                "allow more with --max-parents, or require fewer edges."
            )
    return Constraints(tuple(item.tier for item in codebook.items), required, forbidden, max_parents)


def affordable_likelihoods(rules: Constraints, n_states: npt.NDArray[np.int64]) -> tuple[Likelihood, ...]:
    """All three likelihoods, without the dummies where these would take most of an hour.

    A logit on dummies costs its table's rows times its parameters squared. With 24 items on scales of 5 or 7 that is a
    matter of seconds, on 0 to 10 it is forty times as much.
    """
    families = list_families(rules)
    rows = np.where(families.parents >= 0, n_states[families.parents], 1).prod(axis=1, dtype=np.float64)
    work = float((rows * free_parameters(families, n_states, "dummies") ** 2).sum())
    return LIKELIHOODS if work <= MOST_WORK else tuple(name for name in LIKELIHOODS if name != "dummies")


def _impute(
    answers: Answers,
    rules: Constraints,
    likelihoods: tuple[Likelihood, ...],
    settings: FitSettings,
    progress: Progress,
) -> Imputations:
    return impute(
        answers.codes, answers.n_states, answers.scaled_weights, rules,
        imputations=settings.imputations, rounds=settings.rounds, likelihoods=likelihoods, seed=settings.seed,
        progress=progress,
    )  # fmt: skip


def _consensus_network(answers: Answers, imputed: Imputations, learned: Learned) -> Network:
    """The consensus with tables from all completed data sets, each with its share of the weight."""
    share = np.tile(answers.scaled_weights / len(imputed.completed), len(imputed.completed))
    masks = learned.consensus.masks
    items = answers.codebook.items
    return Network(
        names=answers.codebook.names,
        states=tuple(tuple(map(state_text, item.states)) for item in items),
        parents=tuple(parents_of(int(mask)) for mask in masks),
        tables=fit_tables(np.concatenate(imputed.completed), masks, answers.n_states, share),
    )


def _proposed(answers: Answers, settings: FitSettings) -> tuple[ProposedConstruct, ...]:
    if answers.codebook.constructs:
        return ()
    return propose_constructs(answers, seed=settings.seed)


def _constructs(
    answers: Answers, proposed: tuple[ProposedConstruct, ...], settings: FitSettings, progress: Progress
) -> Constructs | None:
    """The network among constructs; None where no construct has two items, as it would be the item network again."""
    nodes = construct_nodes(answers.codebook, sure_groups(proposed) if proposed else None)
    if len(nodes.names) < 2 or all(len(columns) == 1 for columns in nodes.members):
        return None
    return learn_constructs(
        answers, nodes, replicates=settings.replicates, seed=settings.seed,
        workers=settings.workers, backend=settings.backend, progress=progress,
    )  # fmt: skip
