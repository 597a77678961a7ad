"""Which source a caller speaks as; refuses programs that speak in another system's name."""

from services.cases.intake.errors import FOREIGN_SYSTEM, SOURCE_NEEDED
from services.cases.register.tables import CASE_TEAM
from services.cases.register.visibility import speaks_for
from shared.access.principal import Principal, Role
from shared.errors import FieldError, Problem


def require_own_system(caller: Principal, system: str) -> None:
    """Refuse a program that does not speak for a system; administrators speak for all.

    Raises
    ------
    Problem
        403, whether or not the system has ever sent anything.
    """
    if not speaks_for(caller, system):
        raise Problem(FOREIGN_SYSTEM)


def source_of(caller: Principal, named: str | None) -> str:
    """Return the source a caller writes a case as: people the case team, a program its own system.

    Raises
    ------
    Problem
        403 for another's system, 422 for a program with several that names none.
    """
    if caller.is_any(Role.CASE_WORKER, Role.ADMINISTRATOR) and named in {None, CASE_TEAM}:
        return CASE_TEAM
    if named is not None:
        require_own_system(caller, named)
        return named
    systems = caller.systems
    if not systems:
        raise Problem(FOREIGN_SYSTEM)
    if len(systems) > 1:
        raise Problem(
            SOURCE_NEEDED, [FieldError("/system", "source-needed", "Name one of your source systems.")]
        )
    return next(iter(systems))
