"""Preferences in games of division: inequity aversion, altruism, acceptance thresholds.

All are estimated by maximum likelihood of a logit choice: the log odds of two options are their
difference in utility times a precision. Points are shares of the pie, so the precision does not
depend on the size of the pie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # its parts are loaded at their first use
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Utility = Callable[[Floats, Floats, Floats], Floats]

HUMAN = {"alpha": 0.533, "beta": 0.326}
"""Mean of 297 estimates. Source: Nunnari and Pozzi (Economic Journal 2026)."""

_FLAT = 1.92
"""Log likelihood within which a value is in the 95 per cent likelihood interval: chi2(1) / 2."""
_SAME = 1e-3
"""Log likelihood within which two values explain the choices equally well."""


@dataclass(frozen=True, eq=False)
class Choices:
    """Choices between divisions.

    Args:
        own: [n, options] payoff of the chooser, as a share of the pie; NaN if the option does not
            exist.
        other: [n, options] payoff of the other.
        chosen: [n] index of the option taken.
    """

    own: Floats
    other: Floats
    chosen: Ints


@dataclass(frozen=True)
class Fit:
    """Estimated parameters.

    Attributes:
        estimates: estimates by name, without the precision.
        precision: precision of the logit choice.
        log_likelihood: log likelihood of the choices.
        choices: number of choices.
    """

    estimates: dict[str, float]
    precision: float
    log_likelihood: float
    choices: int


def gifts(given: Floats, price: Floats, steps: int = 100) -> Choices:
    """Choices of dictators.

    Args:
        given: [n] share of the endowment given, in per cent.
        price: [n] value to the other of a point given.
        steps: number of steps into which gifts are rounded.
    """
    options = np.arange(steps + 1) / steps
    own = np.tile(1 - options, (len(given), 1))
    chosen = np.rint(np.asarray(given) / 100 * steps).astype(np.int64)
    return Choices(own, np.outer(price, options), chosen)


def answers(offer: Floats, accepted: Floats, steps: int = 100) -> Choices:
    """Choices of responders between a division and nothing.

    Args:
        offer: [n] in per cent of the pie.
        accepted: [n] 1 or 0.
        steps: number of options of the dictators they are pooled with.
    """
    own, other = (np.full((len(offer), steps + 1), np.nan) for _ in range(2))
    own[:, 0], other[:, 0] = np.asarray(offer) / 100, 1 - np.asarray(offer) / 100
    own[:, 1] = other[:, 1] = 0
    return Choices(own, other, 1 - np.asarray(accepted).astype(np.int64))


def pooled(*parts: Choices) -> Choices:
    """Choices of several kinds as one."""
    return Choices(
        np.concatenate([part.own for part in parts]),
        np.concatenate([part.other for part in parts]),
        np.concatenate([part.chosen for part in parts]),
    )


def inequity_aversion(choices: Choices) -> Fit:
    """Alpha (dislike of having less) and beta (of having more).

    Both are NaN if the choices do not identify them: alpha without answers to offers, beta without
    gifts or offers above half, and either if its likelihood interval reaches a bound. Gifts at one
    price identify only the product of beta and the precision, so they are not sufficient alone.

    Source: Fehr and Schmidt (1999), Quarterly Journal of Economics 114, 817 to 868, equation 1.
    """

    def utility(parameters: Floats, own: Floats, other: Floats) -> Floats:
        alpha, beta = parameters
        less, more = np.maximum(other - own, 0), np.maximum(own - other, 0)
        return np.asarray(own - alpha * less - beta * more)

    answered = np.isnan(choices.own).any(axis=1)
    with np.errstate(invalid="ignore"):
        less, more = (choices.other > choices.own)[answered], choices.own > choices.other
    told = {
        "alpha": bool(less.any()),
        "beta": bool(more.any() and (answered.any() or _prices(choices) > 1)),
    }
    bounds = {"alpha": (0.5, -0.99, 20.0), "beta": (0.25, -20.0, 20.0)}
    return _logit(utility, choices, bounds, [key for key in told if told[key]], _FLAT)


def altruism(choices: Choices) -> Fit | None:
    """Weight of the own share and curvature of a CES utility; None unless prices differ.

    With a single price, the curvature and the weight are not separately identified.

    Source: Andreoni and Miller (2002), Econometrica 70, 737 to 753: U = (a own^r + (1 - a)
    other^r)^(1/r).
    """
    if _prices(choices) == 1:
        return None

    def utility(parameters: Floats, own: Floats, other: Floats) -> Floats:
        weight, curve = parameters
        curve = curve if abs(curve) > 1e-4 else 1e-4  # noqa: PLR2004 - the limit is Cobb-Douglas
        one, two = (np.maximum(points, 1e-6) for points in (own, other))
        return np.asarray((weight * one**curve + (1 - weight) * two**curve) ** (1 / curve))

    bounds = {"weight": (0.6, 0.01, 0.999), "curve": (0.3, -8.0, 1.0)}
    return _logit(utility, choices, bounds, list(bounds), _SAME)


def _prices(choices: Choices) -> int:
    """Number of distinct prices of a gift, from the other's payoff if everything is given."""
    return len(np.unique(np.round(choices.other.max(axis=1), 9)))


def threshold(offer: Floats, accepted: Floats) -> float:
    """The offer, in per cent, that is accepted with probability 1/2 by a logistic curve.

    NaN if all answers are the same; between the two offers if all offers above are accepted and all
    offers below rejected.
    """
    yes, no = offer[accepted == 1], offer[accepted == 0]
    if not (len(yes) and len(no)):
        return float("nan")
    if no.max() < yes.min():
        return float((no.max() + yes.min()) / 2)
    scaled = (offer - offer.mean()) / max(offer.std(), 1e-9)

    def loss(line: Floats) -> float:
        lines = line[0] + line[1] * scaled
        return float(
            np.logaddexp(0, -lines[accepted == 1]).sum()
            + np.logaddexp(0, lines[accepted == 0]).sum()
        )

    fitted = scipy.optimize.minimize(loss, np.array([0.0, 1.0]), method="L-BFGS-B")
    if fitted.x[1] <= 0:  # the more is offered, the more is rejected: no threshold
        return float("nan")
    return float(offer.mean() - offer.std() * fitted.x[0] / fitted.x[1])


def _distinct(choices: Choices) -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    """The first instance of each distinct choice, and the number of instances."""
    stacked = np.column_stack(
        [np.nan_to_num(part, nan=-1) for part in (choices.own, choices.other, choices.chosen)]
    )
    _, first, times = np.unique(stacked, axis=0, return_index=True, return_counts=True)
    return first, times


def _logit(
    utility: Utility,
    choices: Choices,
    bounds: dict[str, tuple[float, float, float]],
    told: list[str],
    flat: float,
) -> Fit:
    """Maximum likelihood over parameters (start, least, most) and the log of the precision.

    A parameter is NaN if it is not among the `told` ones. It is also NaN if a bound explains the
    choices as well, within a log likelihood of `flat`, after refitting the other parameters.
    """
    first, times = _distinct(choices)
    chosen, possible = choices.chosen[first], ~np.isnan(choices.own[first])
    own, other = (np.where(possible, part[first], 0.0) for part in (choices.own, choices.other))
    rows = np.arange(len(chosen))

    def loss(x: Floats) -> float:
        worth = np.where(possible, np.exp(x[-1]) * utility(x[:-1], own, other), -np.inf)
        return float(times @ (special.logsumexp(worth, axis=1) - worth[rows, chosen]))

    limits = [(low, high) for _, low, high in bounds.values()] + [(-3.0, 8.0)]
    start = np.array([at for at, _, _ in bounds.values()])
    tries = [np.append(start, precision) for precision in (1.0, 3.0)]

    def least(pinned: dict[int, float]) -> scipy.optimize.OptimizeResult:
        within = [(pinned[k],) * 2 if k in pinned else limit for k, limit in enumerate(limits)]
        starts = [np.clip(x, *np.transpose(within)) for x in tries]
        fits = [scipy.optimize.minimize(loss, x, method="L-BFGS-B", bounds=within) for x in starts]
        return min(fits, key=lambda fit: float(fit.fun))

    best = least({})
    tries[1:] = [best.x]
    # A bound that explains the choices as well: the interval is open there.
    values = dict.fromkeys(bounds, float("nan"))
    for k, (key, (_, *ends)) in enumerate(bounds.items()):
        if key in told and all(least({k: end}).fun > best.fun + flat for end in ends):
            values[key] = float(best.x[k])
    return Fit(values, float(np.exp(best.x[-1])), -float(best.fun), len(choices.chosen))
