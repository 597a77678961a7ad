"""Rules: the more special one wins, and nothing unknown is passed over."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.organisation.rules import RulesRefused, UnitRule, parse_rules, read_rules


class TestRules:
    def test_the_more_special_wins(self) -> None:
        rules = parse_rules(
            {
                "municipalityCode": "0766",
                "default": {"countsAsUnit": False, "laws": ["Serviceloven"]},
                "byLevel": {"afdeling": {"countsAsUnit": True}},
                "byType": {"myndighed": {"authorityFunction": True}},
                "byUnit": {"u": {"countsAsUnit": False, "external": True}},
            }
        )
        assert rules.of("x", "", "") == UnitRule(counts_as_unit=False, laws=("Serviceloven",))
        assert rules.of("x", "myndighed", "afdeling").authority_function is True
        assert rules.of("x", "myndighed", "afdeling").counts_as_unit is True
        assert rules.of("u", "myndighed", "afdeling").counts_as_unit is False
        assert rules.of("u", "myndighed", "afdeling").external is True

    @pytest.mark.parametrize(
        "document",
        [
            {},
            {"municipalityCode": "766"},
            {"municipalityCode": "0766", "byName": {}},
            {"municipalityCode": "0766", "default": {"counts": True}},
            {"municipalityCode": "0766", "default": {"external": "ja"}},
            {"municipalityCode": "0766", "default": {"laws": "Barnets lov"}},
        ],
    )
    def test_refuses_what_it_can_not_follow(self, document: dict[str, Any]) -> None:
        with pytest.raises(RulesRefused):
            parse_rules(document)

    def test_reads_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "rules.json"
        file.write_text(json.dumps({"municipalityCode": "0766"}), encoding="utf-8")
        assert read_rules(file).municipality_code == "0766"
        file.write_text("municipalityCode: 0766", encoding="utf-8")
        with pytest.raises(RulesRefused):
            read_rules(file)
