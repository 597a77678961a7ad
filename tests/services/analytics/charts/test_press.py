"""The press: pictures one at a time; what fails, hangs or is abandoned spoils no later picture."""

import asyncio
import sys

import pytest

from services.analytics.charts import press
from services.analytics.charts.frame import nothing_to_show, written
from services.analytics.charts.press import Press
from shared.errors import UNAVAILABLE, Problem
from tests.services.analytics.charts.made import drawn

SPEC = written(nothing_to_show("da"))


def program(body: str) -> tuple[str, ...]:
    """Return a program that reads each line and answers as `body` says."""
    return (sys.executable, "-c", f"import os, sys, time\nfor line in sys.stdin.buffer:\n    {body}")


ECHO = "sys.stdout.buffer.write(b'%d\\n' % len(line) + line); sys.stdout.flush()"
TELL = f"line = repr(eval(line)).encode(); {ECHO}"
HANG_ONCE = f"time.sleep(60) if line == b'slow\\n' else ({ECHO.replace('; ', ', ')})"


async def test_draws_what_the_program_draws() -> None:
    async with Press() as held:
        first, second = await held.picture(SPEC), await held.picture(written(nothing_to_show("en")))
        assert first.decode() == drawn(nothing_to_show("da"))
        assert second.decode() == drawn(nothing_to_show("en"))


async def test_draws_one_at_a_time_and_mixes_none_up() -> None:
    async with Press(program(ECHO)) as held:
        asked = [f"number {number}".encode() for number in range(8)]
        assert await asyncio.gather(*(held.picture(each) for each in asked)) == [
            each + b"\n" for each in asked
        ]


async def test_refuses_when_too_many_wait() -> None:
    async with Press(program(ECHO)) as held:
        found = await asyncio.gather(*(held.picture(b"x") for _ in range(12)), return_exceptions=True)
        refused = [each for each in found if isinstance(each, Problem)]
        assert len(refused) == 4
        assert {each.fault for each in refused} == {UNAVAILABLE}
        assert await held.picture(b"x") == b"x\n"


@pytest.mark.parametrize(
    "body",
    [
        "sys.exit(1)",
        "os.abort()",
        "print('nonsense', flush=True)",
        "print('-5', flush=True)",
        "print(9, 'x' * 99)",
    ],
)
async def test_a_program_that_fails_is_ended(body: str) -> None:
    async with Press(program(body)) as held:
        for _ in range(2):
            with pytest.raises(Problem) as refused:
                await held.picture(b"x")
            assert refused.value.fault is UNAVAILABLE


async def test_a_picture_that_cannot_be_drawn_spoils_no_other() -> None:
    async with Press() as held:
        with pytest.raises(Problem):
            await held.picture(b'{"mark": "bar"}')
        assert await held.picture(SPEC)


async def test_a_program_that_hangs_is_ended() -> None:
    async with Press(program("time.sleep(60)"), patience=0.2) as held:
        with pytest.raises(Problem) as refused:
            await held.picture(b"x")
        assert refused.value.headers["Retry-After"]


async def test_whoever_leaves_leaves_no_answer_to_the_next() -> None:
    async with Press(program(HANG_ONCE)) as held:
        left = asyncio.create_task(held.picture(b"slow"))
        await asyncio.sleep(0.2)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        assert await held.picture(b"next") == b"next\n"


async def test_the_program_starts_anew_after_many_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_MOST_PICTURES", 2)
    async with Press(program(TELL)) as held:
        found = [await held.picture(b"os.getpid()") for _ in range(5)]
    assert found[0] == found[1] != found[2] == found[3] != found[4]


async def test_the_program_is_told_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_SIGNING_KEY", "of-nobody-else")
    async with Press(program(TELL)) as held:
        found = (await held.picture(b"sorted(os.environ)")).decode()
    assert "PATH" in found
    assert "ANALYTICS" not in found
