"""Puts the map of a case into the words of one language; names of professionals only where asked for."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from services.cases.casemap.lettering import printable
from services.cases.casemap.phrases import PHRASES, Phrases
from services.cases.casemap.scene import Kind, Mark
from services.cases.casemap.sheet import AreaSheet, Card, Figure, People, Sheet, Tag
from services.cases.casemap.surroundings import CaseMap, MapUnit, Member
from shared.contracts.register import InvolvementRole, ParticipantRole
from shared.wire import Language

_KINDS = {
    (False, False): Kind.UNIT,
    (False, True): Kind.AUTHORITY_UNIT,
    (True, False): Kind.OUTSIDE_UNIT,
    (True, True): Kind.OUTSIDE_AUTHORITY_UNIT,
}


def word_map(shown: CaseMap, language: Language, *, names: bool) -> Sheet:
    """Say everything that the picture of a case says."""
    say = PHRASES[language]
    label = printable(shown.label)
    areas = tuple(
        AreaSheet(
            printable(area.name),
            area.is_outside,
            tuple(_card(unit, shown, say, names=names) for unit in area.units),
        )
        for area in shown.areas
    )
    sheet = Sheet(
        language=language,
        title=say.title.format(label=label),
        status=say.status.format(date=_date(shown.at, say)),
        level=dict(say.levels).get(
            shown.complexity.level, say.other_level.format(level=shown.complexity.level)
        ),
        figures=_figures(shown, say),
        citizen=label,
        citizen_note=say.citizen_note,
        laws_heading=say.laws_heading,
        laws=tuple(printable(law) for law, _ in shown.laws),
        within_heading=say.within if areas else say.nobody,
        outside_heading=say.outside,
        areas=areas,
        legend=_legend(shown, say),
        description=(),
    )
    return _described(sheet, say)


def _date(at: datetime, say: Phrases) -> str:
    return say.date.format(day=at.day, month=say.months[at.month - 1], year=at.year)


def _figures(shown: CaseMap, say: Phrases) -> tuple[Figure, ...]:
    counted = (
        (shown.complexity.units, say.units),
        (shown.complexity.authority_functions, say.authorities),
        (len({member.professional for member in shown.members}), say.professionals),
        (len(shown.laws), say.laws),
    )
    return tuple(Figure(str(number), names[number != 1]) for number, names in counted)


def _card(unit: MapUnit, shown: CaseMap, say: Phrases, *, names: bool) -> Card:
    return Card(
        kind=_KINDS[unit.external, unit.is_authority],
        name=printable(unit.name),
        roles=_roles(unit, say),
        notes=_notes(unit, shown, say),
        laws=tuple(printable(law) for law in unit.laws),
        people=tuple(_named(unit, say) if names else _grouped(unit, say)),
    )


def _roles(unit: MapUnit, say: Phrases) -> tuple[Tag, ...]:
    if not unit.roles:
        return (Tag(say.present, Kind.PRESENT),)
    tags = {
        InvolvementRole.AUTHORITY: Tag(say.authority, Kind.AUTHORITY),
        InvolvementRole.PROVIDER: Tag(say.provider, Kind.PROVIDER),
    }
    return tuple(tags[role] for role in unit.roles)


def _notes(unit: MapUnit, shown: CaseMap, say: Phrases) -> tuple[str, ...]:
    """Say what a unit is part of, and where it counts if not by itself."""
    counts = unit.counts_under
    if counts is not None and counts.unit != unit.unit:
        return (say.counts_under.format(name=printable(counts.name)),)
    parents = [each.name for each in shown.units if each.unit == unit.parent]
    notes = [say.part_of.format(name=printable(name)) for name in parents]
    if counts is None and unit.roles:
        notes.append(say.counts_not)
    return tuple(notes)


def _named(unit: MapUnit, say: Phrases) -> list[People]:
    return [
        People(f"{printable(each.name)}, {printable(each.group).lower()}{_part(each, say)}", _mark(each))
        for each in sorted(unit.members, key=_rank)
    ]


def _grouped(unit: MapUnit, say: Phrases) -> list[People]:
    ranked = sorted(unit.members, key=_rank)
    counted = Counter((_mark(each), _part(each, say), printable(each.group)) for each in ranked)
    return [
        People(f"{number} × {group}{part}" if number > 1 else f"{group}{part}", mark)
        for (mark, part, group), number in counted.items()
    ]


def _rank(member: Member) -> tuple[bool, bool, str, str, str]:
    ordinary = member.role is ParticipantRole.PARTICIPANT
    return not member.primary_contact, ordinary, member.group, member.name, str(member.professional)


def _mark(member: Member) -> Mark:
    if member.primary_contact:
        return Mark.STAR
    return Mark.DOT if member.role is ParticipantRole.PARTICIPANT else Mark.FLAG


def _part(member: Member, say: Phrases) -> str:
    parts = [say.primary_contact] if member.primary_contact else []
    if member.role is ParticipantRole.FACILITATOR:
        parts.append(say.facilitator)
    if member.role is ParticipantRole.CO_LEADER:
        parts.append(say.co_leader)
    return f" ({', '.join(parts)})" if parts else ""


def _legend(shown: CaseMap, say: Phrases) -> tuple[People, ...]:
    """Explain the signs that the picture has, and no others."""
    signs = {_mark(member) for member in shown.members}
    roles = {role for unit in shown.units for role in unit.roles}
    entries = (
        (InvolvementRole.AUTHORITY in roles, say.legend_authority, Mark.SHIELD),
        (InvolvementRole.PROVIDER in roles, say.legend_provider, Mark.RING),
        (Mark.DOT in signs, say.legend_part, Mark.DOT),
        (Mark.STAR in signs, say.legend_contact, Mark.STAR),
        (Mark.FLAG in signs, say.legend_lead, Mark.FLAG),
        (any(unit.external for unit in shown.units), say.legend_outside, Mark.DASHED_FRAME),
    )
    return tuple(People(text, mark) for is_there, text, mark in entries if is_there)


def _described(sheet: Sheet, say: Phrases) -> Sheet:
    """Add the text that tells everything to who can't see the picture."""
    facts = ", ".join(f"{figure.number} {figure.caption.replace('-f', 'f')}" for figure in sheet.figures)
    lines = [f"{sheet.status}. {sheet.level}: {facts}."]
    lines += [f"{sheet.laws_heading}: {', '.join(sheet.laws)}."] if sheet.laws else []
    lines += [] if sheet.areas else [f"{say.nobody}."]
    for area in sheet.areas:
        where = f" ({say.external})" if area.is_outside else ""
        lines.append(f"{area.name}{where}: {'; '.join(_told(card, area, say) for card in area.cards)}.")
    return replace(sheet, description=tuple(lines))


def _told(card: Card, area: AreaSheet, say: Phrases) -> str:
    outside = card.kind in {Kind.OUTSIDE_UNIT, Kind.OUTSIDE_AUTHORITY_UNIT} and not area.is_outside
    parts = [tag.text.lower() for tag in card.roles]
    parts += [say.external] if outside else []
    parts += [note[0].lower() + note[1:] for note in card.notes]
    parts += card.laws
    parts += [each.text for each in card.people] or [say.nobody_from_here]
    return f"{card.name} ({', '.join(parts)})"
