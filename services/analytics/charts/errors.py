"""What charts refuse."""

from shared.errors import Fault

NOT_ACCEPTABLE = Fault(
    "not-acceptable",
    406,
    "Findes som Vega-Lite-specifikation (JSON) og som SVG; Accept tillader ingen af dem.",
    "There is a Vega-Lite specification (JSON) and an SVG; Accept allows neither.",
)
