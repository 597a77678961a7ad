"""What a questionnaire must do, small and pure: one round, a few people, and what becomes of each deed."""

from collections.abc import Iterable, Mapping

from tests.endurance.pieces import (
    APART,
    CITIZEN,
    FIRST,
    IT,
    NO_SUCH_VALUE,
    OK,
    Content,
    Form,
    Invitation,
    Kind,
    Made,
    Measurement,
    Time,
)


class Questionnaire:
    """A round as it must be."""

    def __init__(self, closes: Time | None) -> None:
        self.closes = closes
        self.is_open = True
        self.present: list[str] = [*FIRST]
        self.has_citizen = True
        self.erased: set[str] = set()
        self.made: dict[tuple[str, bool, str], Made] = {}
        self.invitations = {who: Invitation() for who in (*FIRST, CITIZEN)}
        self.measurements = {
            Kind.NETWORK: Measurement([*FIRST], [*FIRST], {who: _others(FIRST, who) for who in FIRST}, {}),
            Kind.TOGETHER: Measurement([*FIRST], [IT], {who: [IT] for who in FIRST}, {}),
            Kind.CITIZEN: Measurement([CITIZEN], [IT], {CITIZEN: [IT]}, {}),
        }
        for measured in self.measurements.values():
            measured.forms = {who: Form() for who in measured.respondents}

    # What respondents do.

    def read(self, who: str) -> str:
        """Look at what one is asked."""
        if not self._is_let_in(who):
            return "unauthenticated"
        self.invitations[who].opened = True
        return OK

    def save(self, who: str, kind: Kind, content: Content, revision: int) -> str:
        """Keep a draft over a revision."""
        refusal = self._refusal(who)
        if refusal != OK:
            return refusal
        form = self.form(who, kind)
        if form is None:
            return "broken-rule"
        if form.versions:
            return "already-submitted"
        if not self._fits(who, kind, content):
            return "broken-rule"
        if form.revision != revision:
            return "draft-changed"
        form.draft, form.revision = content, revision + 1
        return OK

    def submit(self, who: str, kind: Kind, content: Content, key: str, based_on: int = 0) -> str:
        """Hand a form in, or correct the version it is based on."""
        if not self._is_let_in(who):
            return "unauthenticated"
        own = (who, bool(based_on), key)
        made = self.made.get(own)
        if made is not None:
            return OK if made == Made(who, kind, based_on, content) else "idempotency-key-reused"
        wanted = Made(who, kind, based_on, content)
        form = self.form(who, kind)
        refusal = self._refusal(who)
        if refusal == OK:
            refusal = self._refusal_of(wanted, form)
        if refusal == OK and form is not None:
            form.versions.append(content)
            form.draft = None
            self.invitations[who].declined = False
            self.made[own] = wanted
        return refusal

    def _refusal_of(self, wanted: Made, form: Form | None) -> str:
        content, kind = wanted.content, wanted.kind
        if form is None:
            return "broken-rule"
        if len(form.versions) != wanted.based_on:
            return "answers-changed" if wanted.based_on else "already-submitted"
        says_something = content.marks or content.words
        may_share = kind is Kind.CITIZEN or not content.share
        return (
            OK if self._fits(wanted.who, kind, content) and says_something and may_share else "broken-rule"
        )

    def decline(self, who: str) -> str:
        """Say that one doesn't want to."""
        refusal = self._refusal(who)
        if refusal != OK:
            return refusal
        if self._has_submitted_all(who):
            return "already-submitted"
        self.invitations[who].declined = True
        return OK

    def withdraw(self, who: str) -> str:
        """Take everything back oneself."""
        if not self._is_let_in(who):
            return "unauthenticated"
        refusal = self._refusal(who)
        if refusal == "round-closed":
            return refusal
        return self.withdraw_for(who)

    # What others do.

    def withdraw_for(self, who: str) -> str:
        """Take everything back for somebody."""
        invited = self.invitations.get(who)
        if invited is None:
            return "not-found"
        if not invited.withdrawn:
            invited.withdrawn = True
            for kind in Kind:
                form = self.form(who, kind)
                if form is not None:
                    form.clear()
            self.made = {key: made for key, made in self.made.items() if made.who != who}
        return OK

    def revoke(self, who: str) -> str:
        """Make every link worthless."""
        if who not in self.invitations:
            return "not-found"
        self.invitations[who].generation += 1
        return OK

    def send_link(self, who: str) -> str:
        """Give somebody the present link."""
        if who not in self.invitations:
            return "not-found"
        self.invitations[who].held = self.invitations[who].generation
        return OK

    def extend(self, who: str, until: Time | None) -> str:
        """Let one answer longer than the others, or no longer so."""
        if who not in self.invitations:
            return "not-found"
        if not self.is_open:
            return "round-over"
        if until is not None and self.closes is None:
            return "broken-rule"
        self.invitations[who].until = until
        return OK

    def pass_deadline(self, who: str | None) -> None:
        """Let the round's time, or one person's, come and go."""
        if who is None:
            self.closes = Time.PAST if self.closes is Time.FUTURE else self.closes
        elif who in self.invitations and self.invitations[who].until is Time.FUTURE:
            self.invitations[who].until = Time.PAST

    def look_at_clock(self) -> None:
        """Close the round if nobody may answer any longer."""
        waits = any(each.until is Time.FUTURE for each in self.invitations.values())
        if self.closes is Time.PAST and not waits:
            self.close()

    def close(self) -> str:
        """Close the round; what was never submitted goes."""
        if self.is_open:
            self.is_open = False
            for measured in self.measurements.values():
                for form in measured.forms.values():
                    form.draft = None
        return OK

    def join(self, who: str) -> str:
        """Let somebody be there, or be back."""
        if who not in self.present and who not in self.erased:
            self.present.append(who)
        return self._follow()

    def leave(self, who: str) -> str:
        """Let somebody be gone."""
        if who in self.present:
            self.present.remove(who)
        return self._follow()

    def erase(self, who: str) -> None:
        """Forget somebody altogether."""
        self.erased.add(who)
        self.has_citizen = self.has_citizen and who != CITIZEN
        if who in self.present:
            self.present.remove(who)
        for kind, measured in [*self.measurements.items()]:
            self._erase_from(measured, who)
            if len(measured.respondents) < (2 if kind is Kind.NETWORK else 1):
                del self.measurements[kind]
        asked = {each for measured in self.measurements.values() for each in measured.forms}
        self.invitations = {each: invited for each, invited in self.invitations.items() if each in asked}
        self.made = {
            key: made for key, made in self.made.items() if self.form(made.who, made.kind) is not None
        }

    # What is there.

    def form(self, who: str, kind: Kind) -> Form | None:
        """Return somebody's form."""
        measured = self.measurements.get(kind)
        return measured.forms.get(who) if measured else None

    def asks(self, who: str, kind: Kind) -> list[str]:
        """Return whom a form asks about."""
        measured = self.measurements.get(kind)
        return measured.asks.get(who, []) if measured else []

    def state(self, who: str) -> str:
        """Return how far an invitation has come."""
        invited = self.invitations[who]
        forms = [form for kind in Kind if (form := self.form(who, kind)) is not None]
        found = {
            "withdrawn": invited.withdrawn,
            "submitted": self._has_submitted_all(who),
            "declined": invited.declined,
            "left": invited.left,
            "expired": not self.is_open or self._is_late(who),
            "started": any(form.versions or form.draft is not None for form in forms),
            "opened": invited.opened,
            "invited": True,
        }
        return next(state for state, holds in found.items() if holds)

    def is_answerable(self, who: str) -> bool:
        """Tell whether somebody may answer, and so sees what to correct."""
        return self._refusal(who) == OK

    def _is_let_in(self, who: str) -> bool:
        invited = self.invitations.get(who)
        return invited is not None and invited.held == invited.generation

    def _is_late(self, who: str) -> bool:
        return (self.invitations[who].until or self.closes) is Time.PAST

    def _refusal(self, who: str) -> str:
        if not self._is_let_in(who):
            return "unauthenticated"
        invited = self.invitations[who]
        if invited.withdrawn:
            return "response-withdrawn"
        if not self.is_open or self._is_late(who):
            return "round-closed"
        return "no-longer-asked" if invited.left else OK

    def _has_submitted_all(self, who: str) -> bool:
        forms = [form for kind in Kind if (form := self.form(who, kind)) is not None]
        return bool(forms) and all(form.versions for form in forms)

    def _fits(self, who: str, kind: Kind, content: Content) -> bool:
        values = content.marks.values()
        return (
            set(content.marks) <= set(self.asks(who, kind))
            and NO_SUCH_VALUE not in values
            and (kind is Kind.NETWORK or APART not in values)
            and (kind is Kind.TOGETHER or not content.words)
        )

    def _erase_from(self, measured: Measurement, who: str) -> None:
        measured.forms.pop(who, None)
        measured.asks = {
            each: [subject for subject in asked if subject != who]
            for each, asked in measured.asks.items()
            if each != who
        }
        measured.respondents = [each for each in measured.respondents if each != who]
        if who not in measured.subjects:
            return
        measured.subjects.remove(who)
        for form in measured.forms.values():
            form.versions = [version.without(who) for version in form.versions]
            _prune(form, measured.subjects)

    def _follow(self) -> str:
        if not self.is_open:
            return "round-not-open"
        before = {kind: set(measured.forms) for kind, measured in self.measurements.items()}
        for kind, measured in self.measurements.items():
            self._extend(kind, measured)
        self._drop_idle(before)
        for who, invited in self.invitations.items():
            invited.left = who not in self.present if who != CITIZEN else not self.has_citizen
        return OK

    def _extend(self, kind: Kind, measured: Measurement) -> None:
        planned = self._planned(kind)
        known = set(measured.respondents)
        measured.respondents += [who for who in planned if who not in known]
        if kind is Kind.NETWORK:
            measured.subjects += [who for who in planned if who not in measured.subjects]
        for who in measured.respondents:
            form = measured.forms.get(who)
            settled = form is not None and (form.versions or self.invitations[who].withdrawn)
            if not settled:
                measured.asks[who] = self._asked_now(kind, who, planned, measured.subjects)
            if form is not None and not form.versions and kind is Kind.NETWORK:
                _prune(form, measured.asks[who])
            if form is None and measured.asks[who]:
                measured.forms[who] = Form()
                self.invitations.setdefault(who, Invitation())

    def _planned(self, kind: Kind) -> list[str]:
        if kind is Kind.CITIZEN:
            return [CITIZEN] if self.has_citizen else []
        # The register lists people in one order, whoever came first.
        there = sorted(self.present)
        return [] if kind is Kind.NETWORK and len(there) < 2 else there

    def _asked_now(self, kind: Kind, who: str, planned: list[str], subjects: list[str]) -> list[str]:
        is_there = who in self.present or (who == CITIZEN and self.has_citizen)
        if not is_there:
            return []
        if kind is not Kind.NETWORK:
            return [IT]
        return [each for each in subjects if each in planned and each != who] if who in planned else []

    def _drop_idle(self, before: Mapping[Kind, set[str]]) -> None:
        """Drop forms with nobody to rate, but never somebody's last one."""
        idle = [
            (kind, who)
            for kind, measured in self.measurements.items()
            for who, form in measured.forms.items()
            if who in before[kind] and not measured.asks[who] and not form.versions
        ]
        busy = {
            who
            for kind, measured in self.measurements.items()
            for who in measured.forms
            if (kind, who) not in idle
        }
        for kind, who in idle:
            if who in busy and not self.invitations[who].withdrawn:
                del self.measurements[kind].forms[who]


def _others(everybody: Iterable[str], who: str) -> list[str]:
    return [each for each in everybody if each != who]


def _prune(form: Form, subjects: Iterable[str]) -> None:
    """Take those who are no longer asked about out of a draft; whoever goes on with it reads it again."""
    if form.draft is None:
        return
    left = form.draft.about([each for each in form.draft.marks if each in set(subjects)])
    if left != form.draft:
        form.draft, form.revision = left, form.revision + 1
