"""A world of a dozen real names, so that a discovery on the simulated GitHub can ask the real registries.

That the organizations, repositories and packages are called so is public; all else here is made up: numbers,
people, and what the files say beyond a package's name.
"""

from __future__ import annotations

from itertools import count

from muniment.testing.github.made import Made, classic, made
from muniment.testing.github.world import Membership, Organization, Person, Repository, World

NAMES = {
    "ipython": ("ipykernel", "ipython", "traitlets"),
    "jupyter": ("jupyter_client", "nbclient", "nbconvert", "nbformat"),
    "jupyter-server": ("jupyter_server",),
    "jupyterhub": ("configurable-http-proxy", "jupyterhub", "oauthenticator"),
    "jupyterlab": ("jupyterlab",),
}
"""By organization the repositories, each of which makes a package of the same name."""

ON_NPM = frozenset({"configurable-http-proxy"})


def dozen() -> Made:
    """Five organizations with twelve repositories; ada is a member of each."""
    numbers = count(500_001)
    ada = Person(id=next(numbers), login="person-ada-example", name="Ada Example")
    organizations = [
        Organization(
            id=next(numbers),
            login=login,
            members=[Membership(person=ada.id)],
            repositories=[Repository(id=next(numbers), name=name, files=_files(name)) for name in names],
        )
        for login, names in NAMES.items()
    ]
    return made(World(people=[ada], organizations=organizations), {"ada": classic("ada", ada.id, "read:org")})


def _files(name: str) -> dict[str, str]:
    if name in ON_NPM:
        return {"package.json": f'{{"name": "{name}"}}\n'}
    return {"pyproject.toml": f'[project]\nname = "{name}"\n'}
