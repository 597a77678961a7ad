"""What classification refuses."""

from shared.errors import Fault

RULE_SET_IN_USE = Fault(
    "rule-set-in-use",
    409,
    "Regelsættet er taget i brug og kan ikke ændres; opret en ny revision.",
    "The rule set has been put to use and can't be changed; make a new revision.",
)
