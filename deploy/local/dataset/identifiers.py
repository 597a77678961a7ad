"""Owns the ids of everything in a data folder: the same folder always gives the same UUIDs."""

from dataclasses import dataclass
from enum import StrEnum
from json import dumps
from uuid import UUID, uuid5

from deploy.local.dataset.rows import Dataset

# Fixed for good: changing it would make every folder's data another tenant's.
PROJECT = UUID("5b0d6c4e-6a0e-5f0e-9a53-3f6d0f6c8f01")


class Kind(StrEnum):
    """What an id is of; equal file ids of two kinds are two UUIDs."""

    AREA = "area"
    UNIT = "unit"
    PERSON = "person"
    PROFESSIONAL = "professional"
    CASE = "case"
    CITIZEN = "citizen"
    REGISTRATION = "registration"
    STUDY = "study"
    ARM = "arm"
    ENROLMENT = "enrolment"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The UUIDs of one tenant, by the ids in its files.

    A leader's id and a professional's are of one kind, as leaders are professionals.
    """

    tenant: UUID

    def area(self, municipality: str, name: str) -> UUID:
        """An area has no id in the files: its name within its municipality is one."""
        return self.of(Kind.AREA, municipality, name)

    def unit(self, unit: str) -> UUID:
        """A unit of `units.csv`."""
        return self.of(Kind.UNIT, unit)

    def person(self, employee: str) -> UUID:
        """The person behind a professional or a leader."""
        return self.of(Kind.PERSON, employee)

    def professional(self, employee: str) -> UUID:
        """A professional or a leader."""
        return self.of(Kind.PROFESSIONAL, employee)

    def case(self, case: str) -> UUID:
        """A case of `cases.csv`."""
        return self.of(Kind.CASE, case)

    def citizen(self, citizen: str) -> UUID:
        """A citizen of `citizen.csv`, or the one that a case without answers is about."""
        return self.of(Kind.CITIZEN, citizen)

    def registration(self, case: str, system: str) -> UUID:
        """The reference under which one source system registers the case."""
        return self.of(Kind.REGISTRATION, case, system)

    def study(self) -> UUID:
        """The one study that the arms of `cases.csv` belong to."""
        return self.of(Kind.STUDY)

    def arm(self, arm: int) -> UUID:
        """One of the study's two arms."""
        return self.of(Kind.ARM, str(arm))

    def enrolment(self, case: str) -> UUID:
        """The case's place in the study."""
        return self.of(Kind.ENROLMENT, case)

    def round(self, case: str, wave: int) -> UUID:
        """One wave of one case."""
        return self.of(Kind.ROUND, case, str(wave))

    def of(self, kind: Kind, *parts: str) -> UUID:
        """Parts are kept apart: ("a", "bc") and ("ab", "c") are two things."""
        return uuid5(self.tenant, dumps([kind, *parts], ensure_ascii=False))


def identifiers_of(dataset: Dataset) -> Identifiers:
    """The ids of a folder's data.

    The tenant is the folder's name and its whole content, answers too: changed data are another
    tenant, so that figures of the old data are never taken for theirs.
    """
    return Identifiers(uuid5(PROJECT, dumps([dataset.name, dataset.digest], ensure_ascii=False)))
