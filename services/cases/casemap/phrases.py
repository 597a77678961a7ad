"""The picture's words in Danish and English; no figure and no name."""

from dataclasses import dataclass

from shared.wire import Language


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase in one language; names in braces are filled in."""

    title: str
    status: str
    months: tuple[str, ...]
    date: str
    levels: tuple[tuple[str, str], ...]
    other_level: str
    units: tuple[str, str]
    authorities: tuple[str, str]
    professionals: tuple[str, str]
    laws: tuple[str, str]
    laws_heading: str
    citizen_note: str
    within: str
    outside: str
    nobody: str
    authority: str
    provider: str
    present: str
    part_of: str
    counts_under: str
    counts_not: str
    primary_contact: str
    facilitator: str
    co_leader: str
    legend_authority: str
    legend_provider: str
    legend_part: str
    legend_outside: str
    legend_contact: str
    legend_lead: str
    external: str
    nobody_from_here: str


PHRASES: dict[Language, Phrases] = {
    "da": Phrases(
        title="Hvem er omkring {label}?",
        status="Status {date}",
        months=(
            "januar",
            "februar",
            "marts",
            "april",
            "maj",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "december",
        ),
        date="{day}. {month} {year}",
        levels=(("ordinary", "Almindeligt forløb"), ("complex", "Komplekst forløb")),
        other_level="Niveau: {level}",
        units=("tællende enhed", "tællende enheder"),
        authorities=("myndigheds-funktion", "myndigheds-funktioner"),
        professionals=("fagperson", "fagpersoner"),
        laws=("lov", "love"),
        laws_heading="Love i forløbet",
        citizen_note="Borger og familie",
        within="I KOMMUNEN",
        outside="UDEN FOR KOMMUNEN",
        nobody="Ingen enheder er med endnu",
        authority="Myndighed",
        provider="Udfører",
        present="Deltager uden rolle",
        part_of="Del af {name}",
        counts_under="Tæller med i {name}",
        counts_not="Tæller ikke med",
        primary_contact="primær kontakt",
        facilitator="leder forløbet",
        co_leader="medleder",
        legend_authority="Myndighed: træffer afgørelser",
        legend_provider="Udfører: giver hjælp",
        legend_part="Faggruppe i forløbet",
        legend_outside="Stiplet: uden for kommunen",
        legend_contact="Primær kontakt",
        legend_lead="Leder forløbet",
        external="uden for kommunen",
        nobody_from_here="ingen fagpersoner",
    ),
    "en": Phrases(
        title="Who is around {label}?",
        status="As of {date}",
        months=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        date="{day} {month} {year}",
        levels=(("ordinary", "Ordinary case"), ("complex", "Complex case")),
        other_level="Level: {level}",
        units=("counting unit", "counting units"),
        authorities=("authority function", "authority functions"),
        professionals=("professional", "professionals"),
        laws=("law", "laws"),
        laws_heading="Laws in the case",
        citizen_note="Citizen and family",
        within="WITHIN THE MUNICIPALITY",
        outside="OUTSIDE THE MUNICIPALITY",
        nobody="No unit has joined yet",
        authority="Authority",
        provider="Provider",
        present="Takes part, no role",
        part_of="Part of {name}",
        counts_under="Counts as {name}",
        counts_not="Does not count",
        primary_contact="primary contact",
        facilitator="leads the case",
        co_leader="co-leader",
        legend_authority="Authority: decides",
        legend_provider="Provider: gives help",
        legend_part="Professional group in the case",
        legend_outside="Dashed: outside the municipality",
        legend_contact="Primary contact",
        legend_lead="Leads the case",
        external="outside the municipality",
        nobody_from_here="no professionals",
    ),
}
