"""What exports are asked for, on the wire."""

from enum import StrEnum


class TeamContent(StrEnum):
    """What a team's file holds: each answer, the matrix of means, or the network."""

    ANSWERS = "answers"
    MATRIX = "matrix"
    NETWORK = "network"


class WaveContent(StrEnum):
    """What a wave's file holds: the figures of all cases together, or those of each case."""

    FIGURES = "figures"
    CASE_SCORES = "case-scores"


class ExportPurpose(StrEnum):
    """What a file is for; the audit keeps it with each case. A code, so that no address holds free text."""

    NETWORK_MEETING = "network-meeting"
    FOLLOW_UP = "follow-up"
    EVALUATION = "evaluation"
    RESEARCH = "research"
