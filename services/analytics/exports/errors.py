"""What exports refuse."""

from shared.errors import Fault

NOT_AVAILABLE = Fault(
    "not-available",
    404,
    "Der er intet her, som du kan få som fil.",
    "There is nothing here that you can have as a file.",
)
"""The one answer for what may not leave and what does not exist: a file can't say `not-available`."""
