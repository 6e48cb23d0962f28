"""One account that conda-forge lets merge into a package's recipe."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import CONDA


class FeedstockMaintainer(Evidence, frozen=True, kw_only=True):
    """A maintainer as the feedstock's recipe names them, by GitHub login.

    Source: ``extra.recipe-maintainers`` of the recipe in ``conda-forge/NAME-feedstock``, as conda-forge documents
    it.
    """

    about: ClassVar = (CONDA,)
    key_fields: ClassVar = ("login",)
    people: ClassVar = ("login",)

    login: str
