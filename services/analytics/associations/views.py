"""Shows lines, resampled estimates and powers; works none of them out."""

from services.analytics.associations.schemas import (
    BootstrapView,
    MixedView,
    PercentView,
    RandomTermView,
    RegressionView,
)
from services.analytics.methods.association import PercentEffect
from services.analytics.methods.mixed_models import MixedModel
from services.analytics.methods.regression import Regression
from services.analytics.methods.resampling import Bootstrap
from services.analytics.release.envelope import estimate, figure, interval

SEED = 20261122
"""Of every draw: the same data version gives the same bytes."""


def regression_view(found: Regression) -> RegressionView:
    """Show a line."""
    return RegressionView(
        intercept=estimate(found.intercept),
        slope=estimate(found.slope),
        errors=found.errors,
        clusters=list(found.clusters),
    )


def percent_view(found: PercentEffect) -> PercentView:
    """Show a slope as a percentage."""
    return PercentView(
        change=found.change,
        scale_range=figure(found.scale_range),
        relative_to_means=figure(found.relative_to_means),
    )


def bootstrap_view(found: Bootstrap) -> BootstrapView:
    """Show a resampled estimate; whoever drew it took `SEED`."""
    return BootstrapView(
        value=figure(found.value),
        clusters=found.clusters,
        draws=found.draws,
        undefined_draws=found.undefined_draws,
        seed=SEED,
        standard_error=figure(found.standard_error),
        percentile=interval(found.percentile),
        bca=interval(found.bca),
    )


def mixed_view(found: MixedModel) -> MixedView:
    """Show the slope of a mixed model."""
    return MixedView(
        slope=estimate(found.coefficients[1]),
        terms=[
            RandomTermView(
                name=term.name,
                levels=term.levels,
                variance=figure(term.variance),
                share=figure(term.share),
                is_zero=term.name in found.zero_terms,
            )
            for term in found.terms
        ],
        residual=figure(found.residual),
    )
