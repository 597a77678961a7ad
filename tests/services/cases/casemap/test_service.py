"""No picture is drawn inside a transaction or on the loop, nor more at once than there are places."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

import pytest

from services.cases.casemap import service
from services.cases.casemap.service import Pictures, Wanted
from services.cases.casemap.surroundings import CaseMap
from services.cases.casemap.wording import word_map
from shared.access.principal import Principal
from shared.database.connection import Database
from tests.services.cases.casemap.made import made_map, made_unit

WANTED = Wanted("da", names=False, at=None)


class Doors:
    """A database that only counts who is in a transaction."""

    def __init__(self) -> None:
        self.inside = 0

    @asynccontextmanager
    async def transaction(self, *_: object) -> AsyncIterator[None]:
        self.inside += 1
        yield
        self.inside -= 1


class Watched:
    """Notes how each picture was drawn."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.inside_transaction: list[int] = []
        self.threads: list[int] = []
        self.at_once = self.most_at_once = 0

    def draw(self, shown: CaseMap, wanted: Wanted) -> bytes:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.inside_transaction.append(self.doors.inside)
        self.threads.append(threading.get_ident())
        self.at_once -= 1
        return word_map(shown, wanted.language, names=wanted.names).title.encode()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    async def read(*_: Any) -> CaseMap:
        return made_map([[made_unit(1)]])

    seen = Watched(Doors())
    monkeypatch.setattr(service, "read_map", read)
    monkeypatch.setattr(service, "draw_picture", seen.draw)
    return seen


async def test_pictures_are_drawn_outside_transactions_one_at_a_time(watched: Watched) -> None:
    caller = cast(Principal, type("Somebody", (), {"tenant": UUID(int=1)}))
    with ThreadPoolExecutor(max_workers=1) as executor:
        pictures = Pictures(cast(Database, watched.doors), executor)
        drawn = await asyncio.gather(
            *(pictures.draw_map(caller, UUID(int=number), WANTED) for number in range(20))
        )
    assert set(drawn) == {"Hvem er omkring Forløb 27?".encode()}
    assert watched.inside_transaction[-1] == 0
    assert watched.most_at_once == 1
    assert threading.get_ident() not in watched.threads
    assert len(set(watched.threads)) == 1


async def test_one_picture_alone_leaves_the_transaction_first(watched: Watched) -> None:
    caller = cast(Principal, type("Somebody", (), {"tenant": UUID(int=1)}))
    with ThreadPoolExecutor(max_workers=1) as executor:
        await Pictures(cast(Database, watched.doors), executor).draw_map(caller, UUID(int=1), WANTED)
    assert watched.inside_transaction == [0]
