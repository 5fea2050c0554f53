"""What the usual methods make of the same answers: ordered and multinomial logit, naive Bayes, the margin.

Sole owner of statsmodels and scikit-learn. A baseline predicts the state of one target item from the states of others;
a network that does not beat them on answers it has not seen has nothing to say about that target.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import CategoricalNB
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.tools.numdiff import approx_fprime

Array = NDArray[np.float64]
Codes = NDArray[np.int8]

LEAST_PROBABILITY = 1e-6  # Of a state nobody gave in training; a log-loss of infinity would compare with nothing.
PRIOR_ANSWERS = 0.5
_MOST_ROUNDS = 500


@dataclass(frozen=True)
class TargetAnswers:
    """Answers from which a target is predicted.

    Attributes
    ----------
    codes : int8, shape (n_respondents, n_items)
        States of the predictors, without gaps.
    target : int8, shape (n_respondents,)
    weights : float64, shape (n_respondents,)
        Their sum is taken as the number of respondents.
    n_states : int64, shape (n_items,)
    target_states : int
    """

    codes: Codes
    target: Codes
    weights: Array
    n_states: NDArray[np.int64]
    target_states: int


Baseline = Callable[[TargetAnswers, Codes], Array]
"""`baseline(training, codes)` is P(target state) of other respondents, shape (len(codes), target_states)."""


@dataclass(frozen=True)
class OrderedLogitFit:
    """P(target <= j | x) = logistic(thresholds[j] - x slopes), fitted by weighted maximum likelihood.

    Attributes
    ----------
    slopes, errors : float64, shape (n_predictors,)
        Log-odds of a higher target per unit of each predictor, and their standard errors.
    thresholds : float64, shape (n_given_states - 1,)
    given : int64, shape (n_given_states,)
        The target's states that somebody gave.
    loglik : float
    """

    slopes: Array
    errors: Array
    thresholds: Array
    given: NDArray[np.int64]
    loglik: float

    def probabilities(self, predictors: Array) -> Array:
        """P(state) for each of the `given` states, shape (n_respondents, n_given_states)."""
        below = 1 / (1 + np.exp(-(self.thresholds[None, :] - (predictors @ self.slopes)[:, None])))
        return np.diff(below, axis=1, prepend=0.0, append=1.0)


def fit_ordered_logit(predictors: Array, target: Codes, weights: Array) -> OrderedLogitFit:
    """Ordered logit of a target on predictors by statsmodels.

    Parameters
    ----------
    predictors : float64, shape (n_respondents, n_predictors); none may be constant
    target : int8, shape (n_respondents,)
    weights : float64, shape (n_respondents,)

    Raises
    ------
    ValueError
        The target has one state only, or a predictor does not vary.

    References
    ----------
    McCullagh (1980), JRSS B 42(2), 109-142, doi:10.1111/j.2517-6161.1980.tb01109.x.
    """
    drawn = weights > 0
    predictors, weights = predictors[drawn], weights[drawn]
    given, place = np.unique(target[drawn], return_inverse=True)
    if len(given) < 2:
        raise ValueError(f"The target has the single state {given.tolist()}: there is nothing to predict.")
    centre, spread = predictors.mean(axis=0), predictors.std(axis=0)
    if (spread == 0).any():
        raise ValueError(f"Predictor {int(np.flatnonzero(spread == 0)[0])} does not vary: leave it out.")
    model = _WeightedOrderedModel(place.astype(np.int64), (predictors - centre) / spread, distr="logit")
    model.respondent_weights = weights
    found = model.fit(method="bfgs", maxiter=_MOST_ROUNDS, disp=0, skip_hessian=True, gtol=1e-5)
    information = -approx_fprime(found.params, model.score, centered=True)
    n_slopes = predictors.shape[1]
    slopes = found.params[:n_slopes] / spread
    return OrderedLogitFit(
        slopes=slopes,
        errors=np.sqrt(np.diag(np.linalg.inv((information + information.T) / 2))[:n_slopes]) / spread,
        thresholds=model.transform_threshold_params(found.params)[1:-1] + centre @ slopes,
        given=given.astype(np.int64),
        loglik=float(found.llf),
    )


def ordered_logit(training: TargetAnswers, codes: Codes) -> Array:
    """Ordered logit linear in the states of the predictors."""
    varies = training.codes[training.weights > 0].std(axis=0) > 0
    fitted = fit_ordered_logit(training.codes[:, varies].astype(np.float64), training.target, training.weights)
    return _spread(fitted.probabilities(codes[:, varies].astype(np.float64)), fitted.given, training.target_states)


def multinomial_logit(training: TargetAnswers, codes: Codes) -> Array:
    """Multinomial logit linear in the states of the predictors, with scikit-learn's default penalty."""
    model = LogisticRegression(max_iter=5_000)
    scale = np.maximum(training.n_states - 1, 1)
    model.fit(training.codes / scale, training.target, sample_weight=training.weights)
    return _spread(model.predict_proba(codes / scale), model.classes_, training.target_states)


def naive_bayes(training: TargetAnswers, codes: Codes) -> Array:
    """Naive Bayes over categorical predictors.

    References
    ----------
    Hand, Yu (2001), International Statistical Review 69(3), 385-398, doi:10.1111/j.1751-5823.2001.tb00465.x.
    """
    model = CategoricalNB(alpha=PRIOR_ANSWERS, min_categories=training.n_states)
    model.fit(training.codes, training.target, sample_weight=training.weights)
    return _spread(model.predict_proba(codes), model.classes_, training.target_states)


def marginal(training: TargetAnswers, codes: Codes) -> Array:
    """The shares of the target's states, the same for everybody."""
    counts = np.bincount(training.target, training.weights, training.target_states) + PRIOR_ANSWERS
    return np.tile(counts / counts.sum(), (len(codes), 1))


BASELINES: Mapping[str, Baseline] = {
    "marginal": marginal,
    "naive_bayes": naive_bayes,
    "ordered_logit": ordered_logit,
    "multinomial_logit": multinomial_logit,
}


class _WeightedOrderedModel(OrderedModel):  # type: ignore[misc]  # statsmodels ships no types
    """statsmodels' ordered model with a weight per respondent and an exact gradient, which it lacks."""

    respondent_weights: Array

    def loglikeobs(self, params: Array) -> Array:
        return np.asarray(self.respondent_weights * super().loglikeobs(params))

    def score(self, params: Array) -> Array:
        low, upp = self._bounds(params)
        probability = np.maximum(self.prob(low, upp), 1e-20)
        above = self.respondent_weights * self.pdf(upp) / probability
        below = self.respondent_weights * self.pdf(low) / probability
        by_threshold = np.bincount(self.endog, above, self.k_levels)[:-1]
        by_threshold = by_threshold - np.bincount(self.endog, below, self.k_levels)[1:]
        # Thresholds are parametrised as the first one and the logarithms of the steps to the next.
        steps = np.concatenate([[1.0], np.exp(params[len(params) - self.k_levels + 2 :])])
        later = np.cumsum(by_threshold[::-1])[::-1] * steps
        return np.concatenate([(below - above) @ self.exog, later])


def _spread(probabilities: Array, given: NDArray[np.int64], n_states: int) -> Array:
    """Probabilities of the states given in training, as probabilities of all states."""
    every = np.full((len(probabilities), n_states), LEAST_PROBABILITY)
    every[:, given] += probabilities
    return np.asarray(every / every.sum(axis=1, keepdims=True))
