"""What studies refuse."""

from shared.errors import Fault

ALLOCATION_FIXED = Fault(
    "allocation-fixed",
    409,
    "Et forløbs plads i undersøgelsen ligger fast; udmeld det med en begrundelse i stedet.",
    "A case's place in the study is fixed; withdraw it with a reason instead.",
)
ARMS_FIXED = Fault(
    "arms-fixed",
    409,
    "Undersøgelsens grupper ligger fast, når forløb er indmeldt.",
    "The arms of a study are fixed once cases are enrolled.",
)
