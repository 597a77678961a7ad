"""What would be a mistake with the Python client is one to the type checker, as in misuse.ts."""

from pathlib import Path

import pytest

from deploy.clients import python_client
from deploy.clients.building import BuildError

_PROGRAM = """\
from uuid import UUID

from samspil_client.answers import content_of
from samspil_client.api.cases import register_case
from samspil_client.api.organisation import get_unit, list_units
from samspil_client.client import AuthenticatedClient
from samspil_client.models import PutUnit, RegisterCase


def misuse(client: AuthenticatedClient, unit: UUID) -> None:
    case = RegisterCase(respondent_label="27")
    right = content_of(get_unit.sync_detailed(unit, client=client, if_none_match='"1"'))
"""
_MISTAKES = {
    "    get_unit.sync_detailed(client=client)": "call-arg",
    '    get_unit.sync_detailed("1", client=client)': "arg-type",
    '    PutUnit(name="", municipality_code="0766")': "call-arg",
    "    list_units.sync_detailed(client=client, size=2)": "call-arg",
    "    register_case.sync_detailed(client=client, body=case)": "call-arg",
    '    RegisterCase(respondent_label="27", target_group="dragons")': "arg-type",
    "    right.valid_to.year": "union-attr",
    "    right.address": "attr-defined",
}


def test_mistakes_are_found_and_what_is_right_is_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "misuse.py"
    program.write_text(_PROGRAM + "\n".join(_MISTAKES) + "\n", encoding="utf-8")
    with pytest.raises(BuildError):
        python_client.check_types(program)
    told = [line for line in capfd.readouterr().out.splitlines() if ": error: " in line]
    first = _PROGRAM.count("\n") + 1
    for number, (mistake, kind) in enumerate(_MISTAKES.items(), start=first):
        assert any(f"misuse.py:{number}:" in line and line.endswith(f"[{kind}]") for line in told), mistake
    assert not [line for line in told if int(line.split("misuse.py:")[1].split(":")[0]) < first]
