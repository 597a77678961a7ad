"""`python -m deploy.clients` generates both clients and compiles them; 1 if anything is wrong with one."""

import sys

from deploy.clients import python_client, typescript_client
from deploy.clients.building import BuildError
from deploy.node_packages import InstallationError


def main() -> int:
    """Generate and compile."""
    try:
        python_client.generate()
        python_client.check_types(*sorted(python_client.HERE.glob("example/*.py")))
        typescript_client.generate()
        typescript_client.compile_all()
    except (BuildError, InstallationError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
