"""A client's public name reads back as it was written, and has one spelling."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.gateway.tokens.client_name import client_name, parse_client_name


@given(some.uuids(), some.uuids())
def test_reads_what_it_writes(tenant: UUID, client: UUID) -> None:
    assert parse_client_name(client_name(tenant, client)) == (tenant, client)


@given(some.uuids(), some.uuids())
def test_refuses_other_spellings(tenant: UUID, client: UUID) -> None:
    name = client_name(tenant, client)
    for other in (name.replace("-", ""), f"{{{tenant}}}.{client}", name + ".", " " + name):
        with pytest.raises(ValueError, match="not a client's name"):
            parse_client_name(other)


@given(some.text())
def test_refuses_anything_else(text: str) -> None:
    with pytest.raises(ValueError, match="not a client's name"):
        parse_client_name(text)
