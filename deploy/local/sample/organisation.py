"""Owns the five municipalities of the sample: their units, leaders and what kinds of case need."""

from dataclasses import dataclass

from deploy.local.dataset.rows import Leader, Municipality, Unit

MUNICIPALITIES = (
    Municipality("hedensted", "0766", "Hedensted"),
    Municipality("haderslev", "0510", "Haderslev"),
    Municipality("randers", "0730", "Randers"),
    Municipality("roedovre", "0175", "Rødovre"),
    Municipality("stevns", "0336", "Stevns"),
)
# Stevns is the smallest: one leader has schools and prevention.
SMALLEST = "stevns"

CHILDREN = "Børn, Unge og Familie"
LABOUR = "Arbejdsmarked"
SOCIAL = "Social og Handicap"
HEALTH = "Sundhed og Omsorg"
REGION = "Regionen"
OTHERS = "Øvrige"

SCHOOLS = "schools"
PREVENTION = "prevention"
NO_LEADER = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A unit that every municipality has; `team` has one leader, a general practice none."""

    code: str
    area: str
    name: str
    law: str
    group: str
    team: str
    authority: bool = False

    @property
    def external(self) -> bool:
        """Outside the municipality."""
        return self.area in (REGION, OTHERS)


# The laws are those of the study's time, 2018-2019.
KINDS = (
    Kind("familie", CHILDREN, "Familieafdelingen", "Serviceloven", "Familierådgiver", "family", True),
    Kind("handicap", CHILDREN, "Børnehandicap", "Serviceloven", "Børnehandicaprådgiver", "family", True),
    Kind("ppr", CHILDREN, "PPR", "Folkeskoleloven", "Psykolog", SCHOOLS),
    Kind("skole", CHILDREN, "Folkeskolen", "Folkeskoleloven", "Lærer", SCHOOLS),
    Kind("sundhedspleje", CHILDREN, "Sundhedsplejen", "Sundhedsloven", "Sundhedsplejerske", PREVENTION),
    Kind("ssp", CHILDREN, "SSP", "Serviceloven", "SSP-konsulent", PREVENTION),
    Kind("familiehus", CHILDREN, "Familiehuset", "Serviceloven", "Familiebehandler", PREVENTION),
    Kind("job", LABOUR, "Jobcentret", "Beskæftigelsesindsatsloven", "Jobkonsulent", "job", True),
    Kind("sygedagpenge", LABOUR, "Sygedagpenge", "Sygedagpengeloven", "Sygedagpengerådgiver", "job", True),
    Kind("ydelse", LABOUR, "Ydelseskontoret", "Aktivloven", "Ydelsessagsbehandler", "job", True),
    Kind("unge", LABOUR, "Ungeindsatsen", "Beskæftigelsesindsatsloven", "Ungerådgiver", "youth", True),
    Kind("mentor", LABOUR, "Mentorkorpset", "Beskæftigelsesindsatsloven", "Mentor", "youth"),
    Kind("voksen", SOCIAL, "Voksenrådgivningen", "Serviceloven", "Socialrådgiver", "adults", True),
    Kind("rusmiddel", SOCIAL, "Rusmiddelcentret", "Sundhedsloven", "Misbrugsbehandler", "adults"),
    Kind("bostoette", SOCIAL, "Bostøtten", "Serviceloven", "Bostøttemedarbejder", "homes"),
    Kind("botilbud", SOCIAL, "Botilbuddet", "Serviceloven", "Socialpædagog", "homes"),
    Kind("visitation", HEALTH, "Visitationen", "Serviceloven", "Visitator", "health", True),
    Kind("sygepleje", HEALTH, "Hjemmesygeplejen", "Sundhedsloven", "Sygeplejerske", "health"),
    Kind("genoptraening", HEALTH, "Genoptræningen", "Sundhedsloven", "Fysioterapeut", "health"),
    Kind("psykiatri", REGION, "Regionspsykiatrien", "Psykiatriloven", "Psykiater", "psychiatry"),
    Kind("politi", OTHERS, "Politiet", "Retsplejeloven", "Politibetjent", "police"),
    Kind("laege", OTHERS, "Almen praksis", "Sundhedsloven", "Praktiserende læge", NO_LEADER),
)
KIND_BY_CODE = {kind.code: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Theme:
    """What a case is mostly about: the units it draws on, the nearest first."""

    authorities: tuple[str, ...]
    providers: tuple[str, ...]


FAMILY = Theme(
    ("familie", "job", "ydelse", "handicap"),
    ("skole", "ppr", "sundhedspleje", "familiehus", "laege", "ssp", "psykiatri", "politi"),
)
YOUTH = Theme(
    ("unge", "familie", "ydelse"),
    ("mentor", "skole", "ssp", "rusmiddel", "bostoette", "psykiatri", "politi", "ppr"),
)
ADULT = Theme(
    ("voksen", "job", "ydelse", "sygedagpenge"),
    ("bostoette", "rusmiddel", "psykiatri", "botilbud", "laege", "mentor", "sygepleje", "politi"),
)
CHRONIC = Theme(
    ("visitation", "sygedagpenge", "voksen"),
    ("sygepleje", "genoptraening", "laege", "bostoette", "psykiatri", "botilbud", "rusmiddel"),
)
THEMES = (FAMILY, YOUTH, ADULT, CHRONIC)


def unit_id(municipality: str, kind: str) -> str:
    """The id of a municipality's unit of this kind."""
    return f"{municipality}-{kind}"


def units() -> tuple[Unit, ...]:
    """Every municipality's units."""
    return tuple(
        Unit(
            id=unit_id(municipality.id, kind.code),
            municipality=municipality.id,
            area=kind.area,
            name=kind.name,
            authority_function=kind.authority,
            law=kind.law,
            external=kind.external,
        )
        for municipality in MUNICIPALITIES
        for kind in KINDS
    )


def team_in(municipality: str, kind: Kind) -> str:
    """The team that the unit belongs to there."""
    if municipality == SMALLEST and kind.team == PREVENTION:
        return SCHOOLS
    return kind.team


def leaders_by_team() -> dict[tuple[str, str], Leader]:
    """One leader for each team of each municipality, placed in the team's first unit."""
    leaders: dict[tuple[str, str], Leader] = {}
    for municipality in MUNICIPALITIES:
        for kind in KINDS:
            team = (municipality.id, team_in(municipality.id, kind))
            if kind.team != NO_LEADER and team not in leaders:
                unit = unit_id(municipality.id, kind.code)
                leaders[team] = Leader(f"L{len(leaders) + 1:02}", municipality.id, unit)
    return leaders
