"""What the page's own forms send is read; everything else is refused, and never repeated."""

from urllib.parse import urlencode
from uuid import uuid4

import pytest

from services.survey.page.places import Place, Step
from services.survey.page.posted import FORM, FormRefused, read_posted

CODE = "rt_" + "aB-_0" * 15


def read(**fields: str) -> object:
    """Read a form with these fields, whose dots are written as two underscores."""
    return read_posted(
        FORM, urlencode({name.replace("__", "."): each for name, each in fields.items()}).encode()
    )


class TestReadPosted:
    def test_reads_what_was_filled_in(self) -> None:
        form, subject = uuid4(), uuid4()
        fields = {
            "token": CODE,
            "language": "en",
            "at": f"subject/{form}/{subject}",
            "to": "next",
            "revision": "7",
            "apart": "yes",
            "rating.mutual-respect": "4",
            "rating.innovation": "",
            "rating.knowledge-sharing": "dont-know",
            "text.what-works": "To\r\nlinjer",
            "quote.what-works": "yes",
        }
        posted = read_posted(f"{FORM}; charset=utf-8", urlencode(fields).encode())
        assert posted.at == Place(Step.SUBJECT, str(form), str(subject))
        assert (posted.token, posted.language, posted.to, posted.revision) == (CODE, "en", "next", 7)
        assert posted.ratings == {"mutual-respect": "4", "knowledge-sharing": "dont-know"}
        assert posted.texts == {"what-works": "To\nlinjer"}
        assert posted.quotes == frozenset({"what-works"})
        assert (posted.apart, posted.share, posted.by) == (True, False, "self")
        assert posted.fields == tuple(fields.items())

    @pytest.mark.parametrize("text", ["", CODE + " " + CODE, "rt_", "rt_kort", "rt_" + "ø" * 40, "x" * 300])
    def test_what_can_be_no_code_is_none(self, text: str) -> None:
        assert read_posted(FORM, urlencode({"token": text}).encode()).token == ""

    @pytest.mark.parametrize("text", [CODE, f" {CODE}\n", f"https://example.org/svar#{CODE}"])
    def test_a_code_may_have_its_link_around_it(self, text: str) -> None:
        assert read_posted(FORM, urlencode({"token": text}).encode()).token == CODE

    @pytest.mark.parametrize(
        "changed",
        [
            {"to": "somewhere"},
            {"at": "subject/1/2"},
            {"at": "subject"},
            {"at": f"overview/{uuid4()}"},
            {"to": f"missing/texts/{uuid4()}"},
            {"to": "language/de"},
            {"revision": "-1"},
            {"revision": "9" * 40},
            {"revision": "٣"},
            {"key": "not-a-key"},
            {"rating__innovation": "x"},
            {"rating__innovation": "123456"},
            {"rating__INNOVATION": "1"},
            {"unknown": "1"},
            {"language": "de"},
            {"share": "perhaps"},
            {"by": "robot"},
            {"text__wishes": "\0"},
        ],
    )
    def test_refuses_what_no_form_of_ours_sends(self, changed: dict[str, str]) -> None:
        with pytest.raises(FormRefused) as refused:
            read(**{"token": CODE, **changed})
        assert all(value not in str(refused.value) for value in changed.values())

    @pytest.mark.parametrize(
        "body",
        [
            b"token=%FF",
            b"token=\xff",
            b"token=a&token=b",
            urlencode({f"text.a{number}": "" for number in range(500)}).encode(),
        ],
    )
    def test_refuses_bodies_that_are_none(self, body: bytes) -> None:
        with pytest.raises(FormRefused):
            read_posted(FORM, body)

    def test_tells_other_kinds_of_body_apart(self) -> None:
        with pytest.raises(FormRefused) as refused:
            read_posted("application/json", b"{}")
        assert not refused.value.is_form
