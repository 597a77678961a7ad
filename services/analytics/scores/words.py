"""What is said in Danish and English, and what the statements of network forms are called; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.wire import Language


@dataclass(frozen=True, slots=True)
class Said:
    """The same in Danish and English."""

    da: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the one of them."""
        return self.en if language == "en" else self.da


DIMENSIONS: Mapping[str | int, Said] = {
    "knowledge-sharing": Said("Videndeling", "Knowledge sharing"),
    "mutual-knowledge": Said("Gensidigt kendskab", "Mutual knowledge"),
    "holistic-orientation": Said("Helhedsorientering", "Holistic orientation"),
    "professional-contributions": Said("Faglige bidrag", "Professional contributions"),
    "problem-solving": Said("Problemløsning", "Problem solving"),
    "innovation": Said("Innovation", "Innovation"),
    "mutual-respect": Said("Gensidig respekt", "Mutual respect"),
    "frequent-communication": Said("Hyppig kommunikation", "Frequent communication"),
    "timely-communication": Said("Rettidig kommunikation", "Timely communication"),
    "accurate-communication": Said("Præcis kommunikation", "Accurate communication"),
    "problem-solving-communication": Said("Problemløsende kommunikation", "Problem-solving communication"),
    "shared-goals": Said("Fælles mål", "Shared goals"),
    "shared-knowledge": Said("Fælles viden", "Shared knowledge"),
}
"""The statements of the built-in network forms; a tenant's own instruments are named by their codes."""
