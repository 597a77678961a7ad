"""Shows what factor models say of an instrument, and where they say nothing, why; pure."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from services.analytics.methods.factors_adequacy import sampling_adequacy, sphericity
from services.analytics.methods.factors_confirmatory import Confirmatory, confirm
from services.analytics.methods.factors_sample import Sample
from services.analytics.methods.results import Interval, Quantity, Reason, undefined
from services.analytics.release.envelope import figure, interval
from services.analytics.validity.schemas import (
    AdequacyView,
    FactorCorrelation,
    FactorModelView,
    FactorView,
    LoadingView,
)

Groups = Mapping[str, Sequence[int]]
ALL = "all"


def one_factor(sample: Sample, items: Sequence[str]) -> FactorModelView:
    """Show the model in which all items measure one thing."""
    return _model(sample, items, {ALL: range(sample.items)})


def sub_scale_factors(sample: Sample, items: Sequence[str], groups: Groups) -> FactorModelView | None:
    """Show the model in which each sub-scale measures one thing, if there are two, each item in one."""
    places = [item for group in groups.values() for item in group]
    if len(groups) < 2 or len(set(places)) < len(places) or not all(groups.values()):
        return None
    return _model(sample, items, groups)


def adequacy(sample: Sample) -> AdequacyView:
    """Show whether there is anything common to find."""
    tested = sphericity(sample)
    return AdequacyView(
        kmo=figure(sampling_adequacy(sample).overall),
        bartlett=figure(tested.statistic),
        bartlett_p=figure(tested.p),
    )


def _model(sample: Sample, items: Sequence[str], groups: Groups) -> FactorModelView:
    found = confirm(sample, [list(group) for group in groups.values()])
    if isinstance(found, Reason):
        return _undefined(sample, items, groups, found)
    loadings = dict(zip(found.items, found.standardised, strict=True))
    return FactorModelView(
        rows=found.rows,
        factors=_factors(items, groups, loadings, found.omegas),
        correlations=_correlations(groups, [each.value for each in found.correlations]),
        **_fit(found),
    )


def _fit(found: Confirmatory) -> dict[str, Any]:
    fit = found.fit
    return {
        "chi_square": figure(fit.chi_square.statistic),
        "degrees_of_freedom": figure(fit.chi_square.df),
        "p": figure(fit.chi_square.p),
        "cfi": figure(fit.cfi),
        "tli": figure(fit.tli),
        "rmsea": figure(fit.rmsea),
        "rmsea_interval": interval(fit.rmsea_interval),
        "srmr": figure(fit.srmr),
    }


def _undefined(sample: Sample, items: Sequence[str], groups: Groups, reason: Reason) -> FactorModelView:
    nothing = undefined(reason)
    pairs = len(groups) * (len(groups) - 1) // 2
    figures = ("chi_square", "degrees_of_freedom", "p", "cfi", "tli", "rmsea", "srmr")
    return FactorModelView(
        rows=sample.rows,
        factors=_factors(
            items, groups, dict.fromkeys(range(sample.items), nothing), [nothing] * len(groups)
        ),
        correlations=_correlations(groups, [nothing] * pairs),
        rmsea_interval=interval(Interval(None, None, reason)),
        **{name: figure(nothing) for name in figures},
    )


def _factors(
    items: Sequence[str],
    groups: Groups,
    loadings: Mapping[int, Quantity],
    omegas: Sequence[Quantity],
) -> list[FactorView]:
    return [
        FactorView(
            code=code,
            omega=figure(omega),
            items=[LoadingView(code=items[at], loading=figure(loadings[at])) for at in group],
        )
        for (code, group), omega in zip(groups.items(), omegas, strict=True)
    ]


def _correlations(groups: Groups, values: Sequence[Quantity]) -> list[FactorCorrelation]:
    return [
        FactorCorrelation(between=list(pair), value=figure(value))
        for pair, value in zip(combinations(groups, 2), values, strict=True)
    ]
