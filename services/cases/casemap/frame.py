"""The page that a map is tried on: its size, and what grows with it."""

from dataclasses import dataclass

PAGE_WIDTH, PAGE_HEIGHT = 1680.0, 1188.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A page being tried: how large it is, and how many cards a side is wide."""

    scale: float
    columns: int

    @property
    def margin(self) -> float:
        """The white edge of the page."""
        return 38 * self.scale

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return PAGE_WIDTH * self.scale - 2 * self.margin

    @property
    def gutter(self) -> float:
        """The space in which the links run."""
        return 34 * self.scale

    @property
    def eyebrow(self) -> float:
        """The size of the two panels' headings."""
        return 16 * max(self.scale, 1.0)

    @property
    def diameter(self) -> float:
        """The size of the citizen's circle."""
        return 280 * self.scale
