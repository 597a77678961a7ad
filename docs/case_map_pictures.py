"""Draws the sample pictures of case maps in docs/pictures, from made-up data.

Run from the repository's root: `python -m docs.case_map_pictures`; with `--check` it only tells what
differs.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from services.cases.casemap.drawing import draw
from services.cases.casemap.layout import lay_out
from services.cases.casemap.surroundings import (
    CaseMap,
    Complexity,
    CountsUnder,
    MapArea,
    MapUnit,
    Member,
    parts_after_wholes,
)
from services.cases.casemap.wording import word_map
from shared.contracts.register import InvolvementRole, ParticipantRole
from shared.wire import Language

FOLDER = Path("docs/pictures")
SIZES = (3, 8, 20)
_ROOM = UUID("6f1c9f9e-6a55-4a8e-9a36-2b1d4f7f0a01")

# Area, unit, how many units the case has before this one joins it, roles, laws, professionals
# (* primary contact, ! leads the case), and the unit it counts as, if another.
_LINES = """
Børn og Familie | Familieafdelingen | 0 | A | Barnets lov | Anne Holm:Socialrådgiver*, \
Bo Lind:Familierådgiver |
Børn og Familie | Familiehuset | 8 | P | Barnets lov | Ea Friis:Familiebehandler, Ib Krog:Familiebehandler |
Børn og Familie | Pædagogisk Psykologisk Rådgivning | 3 | P | Folkeskoleloven | Liv Toft:Psykolog |
Børn og Familie | Specialpædagogisk Rådgivning og Vejledning for Børn og Unge | 8 | P | Dagtilbudsloven | \
Pia Juhl:Specialpædagog |
Børn og Familie | Sundhedsplejen | 8 | P | Sundhedsloven | Ulla Bang:Sundhedsplejerske |
Skole og Dagtilbud | Stjernevejskolen | 3 | P | Folkeskoleloven | Ole Skov:Skoleleder!, Mia Lund:Lærer, \
Jon Dahl:Lærer |
Skole og Dagtilbud | Fritidshjemmet Stjernen | 8 | P | Folkeskoleloven | Kim Bruun:Pædagog | \
Stjernevejskolen
Skole og Dagtilbud | Børnehaven Bakkegården | 8 | P | Dagtilbudsloven | Rie Vang:Pædagog |
Beskæftigelse | Jobcentret, sygedagpenge | 0 | A | Sygedagpengeloven | Per Nygaard:Sagsbehandler |
Beskæftigelse | Jobcentret, aktiv indsats | 3 | AP | Lov om en aktiv beskæftigelsesindsats | \
Eva Riis:Jobkonsulent, Tom Bech:Virksomhedskonsulent |
Beskæftigelse | Ydelsesafdelingen | 8 | A | Aktivloven | Sia Holst:Sagsbehandler |
Social og Handicap | Myndighedsafdelingen Voksen | 3 | A | Serviceloven | Mads Krag:Socialrådgiver |
Social og Handicap | Bostøtte og Aktivitet | 8 | P | Serviceloven | Ida Storm:Bostøtte, Kaj Munk:Bostøtte |
Social og Handicap | Rusmiddelcentret | 8 | P | Serviceloven, Sundhedsloven | Nina Falk:Misbrugsbehandler |
Sundhed og Omsorg | Visitationen | 8 | A | Ældreloven, Serviceloven | Lis Kjær:Visitator |
Sundhed og Omsorg | Hjemmesygeplejen | 8 | P | Sundhedsloven | Gry Thorup:Sygeplejerske, \
Bent Due:Sygeplejerske |
*Region Midtjylland | Børne- og Ungdomspsykiatrisk Afdeling | 3 | P | Sundhedsloven | \
Carl Winther:Overlæge |
*Region Midtjylland | Psykiatrien i Horsens | 8 | P | Sundhedsloven | Dorte Leth:Sygeplejerske |
*Sydøstjyllands Politi | SSP-enheden | 8 | A | Retsplejeloven | Finn Brandt:Politiassistent |
*Almen praksis | Lægehuset i Hedensted | 0 | P | Sundhedsloven | Hanne Ravn:Praktiserende læge |
"""
_ROLES = {
    "A": (InvolvementRole.AUTHORITY,),
    "P": (InvolvementRole.PROVIDER,),
    "AP": (InvolvementRole.AUTHORITY, InvolvementRole.PROVIDER),
}


def sample(units: int) -> CaseMap:
    """Return a made-up case with 3, 8 or 20 units."""
    areas: dict[str, list[MapUnit]] = {}
    for line in _LINES.strip().splitlines():
        area, name, joins, roles, laws, people, counts = (part.strip() for part in line.split("|"))
        if int(joins) < units:
            external = area.startswith("*")
            areas.setdefault(area, []).append(
                MapUnit(
                    unit=uuid5(_ROOM, name),
                    name=name,
                    municipality_code="0766",
                    external=external,
                    roles=_ROLES[roles],
                    laws=tuple(law.strip() for law in laws.split(", ")),
                    parent=uuid5(_ROOM, counts) if counts else None,
                    counts_under=CountsUnder(uuid5(_ROOM, counts or name), counts or name, external),
                    members=tuple(_members(people)),
                )
            )
    made = tuple(
        MapArea(uuid5(_ROOM, name), name.lstrip("*"), "0766", parts_after_wholes(each))
        for name, each in areas.items()
    )
    counted = CaseMap(
        case=uuid5(_ROOM, f"{units} units"),
        label="Forløb 27",
        at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        complexity=Complexity("ordinary", "default/1", 0, 0),
        areas=made,
    )
    return _classified(counted)


def _classified(shown: CaseMap) -> CaseMap:
    every = [shown.counted(external=outside) for outside in (False, True)]
    deciding = [shown.counted(external=outside, authorities=True) for outside in (False, True)]
    level = "complex" if sum(every) >= 5 and sum(deciding) >= 2 else "ordinary"
    complexity = Complexity(level, "default/1", sum(every), sum(deciding))
    return CaseMap(shown.case, shown.label, shown.at, complexity, shown.areas)


def _members(people: str) -> Iterator[Member]:
    for each in people.split(", "):
        name, _, group = each.strip().partition(":")
        yield Member(
            professional=uuid5(_ROOM, name),
            name=name,
            group=group.rstrip("*!"),
            role=ParticipantRole.FACILITATOR if group.endswith("!") else ParticipantRole.PARTICIPANT,
            primary_contact=group.endswith("*"),
        )


def picture(units: int, language: Language = "da", *, names: bool = False) -> bytes:
    """Draw a made-up case."""
    sheet = word_map(sample(units), language, names=names)
    return draw(lay_out(sheet), sheet)


def drifted(folder: Path = FOLDER) -> list[str]:
    """Return the pictures that are not what the code draws."""
    files = {f"case-map-{units}.svg": picture(units) for units in SIZES}
    return [
        name
        for name, drawn in files.items()
        if not (folder / name).exists() or (folder / name).read_bytes() != drawn
    ]


def write_all(folder: Path = FOLDER) -> None:
    """Write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for units in SIZES:
        (folder / f"case-map-{units}.svg").write_bytes(picture(units))


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"differ from the code: {', '.join(drifted())}" if drifted() else 0)
    write_all()
