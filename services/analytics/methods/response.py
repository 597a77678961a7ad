"""Response: who of the asked answered, and the tier that stands on; refuses rounding up a tier."""

from enum import StrEnum

from services.analytics.methods.cube import NOT_ANSWERED, Cube
from services.analytics.methods.records import record
from services.analytics.methods.results import Quantity, share


class Tier(StrEnum):
    """How far a network result can be trusted: at least 80, at least 65, under 65 percent."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@record
class Response:
    """Respondents asked about anybody, and those of them who answered anything.

    A don't-know or don't-work-with is an answer.
    """

    asked: int
    responded: int

    @property
    def rate(self) -> Quantity:
        """Responded over asked, 0..1; undefined (`no-data`) when nobody was asked."""
        return share(self.responded, self.asked)

    @property
    def tier(self) -> Tier | None:
        """The tier of the rate; None where the rate is undefined.

        Examples
        --------
        >>> [Response(20, responded).tier.value for responded in (16, 15, 13, 12)]
        ['high', 'medium', 'medium', 'low']
        """
        if self.asked == 0:
            return None
        # Whole numbers: 80 % of 35 is exactly 28, whatever 0.8 is in binary.
        if 100 * self.responded >= 80 * self.asked:
            return Tier.HIGH
        return Tier.MEDIUM if 100 * self.responded >= 65 * self.asked else Tier.LOW


def response_of(cube: Cube) -> Response:
    """Return how many of the cube's asked respondents answered.

    Examples
    --------
    >>> from services.analytics.methods.cube import rectangular
    >>> response_of(rectangular([[[4, 0]], [[-1, 0]], [[0, 0]]]))
    Response(asked=3, responded=2)
    """
    any_answer = (cube.cells != NOT_ANSWERED).any(axis=2) & cube.asked
    return Response(asked=int(cube.asked.any(axis=1).sum()), responded=int(any_answer.any(axis=1).sum()))
