"""An issuer's own claims are read by its tables; what is not in them gives nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.tokens.claims import mapped_principal
from shared.access.principal import Role
from shared.access.tokens import TokenRefused

TENANT, PERSON, UNIT, OTHER = uuid4(), uuid4(), uuid4(), uuid4()
TABLES: dict[str, Any] = {
    "roles": {
        "claim": "/realm_access/roles",
        "values": {"boss": ["leader", "administrator"], "staff": ["professional"]},
    },
    "person": {"claim": "/employee", "values": {"4711": str(PERSON)}},
    "units": {"claim": "/departments", "values": {"north": [str(UNIT), str(OTHER)], "south": [str(OTHER)]}},
    "tenant": None,
}
PLAIN = {
    **TABLES,
    "person": {"claim": "/oid", "values": None},
    "units": {"claim": "/units", "values": None},
}


def read(mapping: dict[str, Any], **claims: Any) -> Any:
    return mapped_principal(mapping, {"sub": "anne", **claims}, "https://login.example", TENANT)


class TestMappedPrincipal:
    def test_reads_by_the_tables(self) -> None:
        found = read(
            TABLES, realm_access={"roles": ["boss", "cook"]}, employee=4711, departments=["north", "west"]
        )
        assert found.roles == {Role.LEADER, Role.ADMINISTRATOR}
        assert (found.person, found.units) == (PERSON, {UNIT, OTHER})
        assert (found.subject, found.tenant, found.issuer) == ("anne", TENANT, "https://login.example")

    def test_takes_ids_as_they_are_without_a_table(self) -> None:
        found = read(PLAIN, oid=str(PERSON), units=str(UNIT))
        assert (found.person, found.units) == (PERSON, {UNIT})

    def test_takes_nothing_in_our_own_words(self) -> None:
        found = read(
            TABLES,
            roles=["administrator"],
            personId=str(PERSON),
            unitIds=[str(UNIT)],
            scope="system:esdh",
            act={"sub": "x"},
            tenant=str(uuid4()),
        )
        assert (found.roles, found.person, found.units, found.scopes) == (set(), None, set(), set())
        assert (found.actor, found.tenant) == (None, TENANT)

    @pytest.mark.parametrize("roles", [None, [], "cook", ["Boss"], {"boss": True}, "boss staff"])
    def test_gives_no_role_for_what_is_not_in_the_table(self, roles: object) -> None:
        realm = {} if isinstance(roles, dict) else {"roles": roles}
        assert read(TABLES, realm_access=realm).roles == set()
        assert read(TABLES, realm_access="boss").roles == set()

    @pytest.mark.parametrize(
        "claims",
        [
            {"realm_access": {"roles": {"boss": True}}},
            {"realm_access": {"roles": [True]}},
            {"realm_access": {"roles": [["boss"]]}},
            {"employee": 1.5},
            {"employee": ["4711", "4712"]},
            {"departments": [None]},
        ],
    )
    def test_refuses_what_it_cannot_read(self, claims: dict[str, object]) -> None:
        with pytest.raises(TokenRefused):
            read(TABLES, **claims)

    @pytest.mark.parametrize("claims", [{"oid": "anne"}, {"units": ["north"]}, {"oid": ""}])
    def test_refuses_ids_that_are_none(self, claims: dict[str, object]) -> None:
        with pytest.raises(TokenRefused):
            read(PLAIN, **claims)

    @pytest.mark.parametrize(
        ("cvr", "taken"), [("29189587", True), (29189587, True), ("1", False), (None, False)]
    )
    def test_asks_for_the_tenants_own_claim(self, cvr: object, taken: bool) -> None:
        mapping = {**TABLES, "tenant": {"claim": "/cvr", "value": "29189587"}}
        if taken:
            assert isinstance(read(mapping, cvr=cvr).tenant, UUID)
        else:
            with pytest.raises(TokenRefused):
                read(mapping, cvr=cvr)
