"""Lets in whoever posts one of the page's own forms; whether its code is honoured the public calls say."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.params import Depends as DependsParameter

from services.survey.page.posted import FormRefused, Posted, read_posted
from shared.access.policy import Policy
from shared.errors import MALFORMED, UNSUPPORTED_MEDIA_TYPE, Problem


class OwnForm(Policy):
    """Callers who post one of our forms: the respondent's token is a field of it, never a header."""

    async def __call__(self, request: Request) -> None:
        """Read the form; keep it for the route."""
        try:
            posted = read_posted(request.headers.get("content-type", ""), await request.body())
        except FormRefused as refusal:
            raise Problem(MALFORMED if refusal.is_form else UNSUPPORTED_MEDIA_TYPE) from refusal
        request.state.posted = posted


def own_form() -> DependsParameter:
    """Declare that a route takes the page's own forms."""
    return DependsParameter(dependency=OwnForm(), scope="function")


async def _posted(request: Request) -> Posted:
    posted: Posted = request.state.posted
    return posted


FormPosted = Annotated[Posted, Depends(_posted)]
"""What was filled in, of a route whose policy is `own_form`."""
