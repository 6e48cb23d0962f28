"""Our errors: few, and each says what to try. The command line turns them into exit codes."""

from __future__ import annotations


class MunimentError(Exception):
    """Anything muniment refuses, with a hint for the person who reads it.

    ``exit_code`` follows ``docs/reference/exit-codes``: 2 usage or configuration, 3 nothing collected.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MunimentError):
    """The command or one of its arguments is off."""


class RegisterError(MunimentError):
    """The register does not hold; ``mistakes`` lists every place, not the first alone."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        count = len(mistakes)
        super().__init__(f"the register has {count} mistake{'s' if count != 1 else ''}")
        self.mistakes = mistakes


class Mistake(Exception):
    """One thing wrong in one place of the register."""

    def __init__(self, file: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}: {self.message}{tail}"


class StoreError(MunimentError):
    """The database is corrupt, newer than this program, or cannot be reached."""


class LeaseHeld(MunimentError):
    """Another run is under way on this database."""


class BundleError(MunimentError):
    """A bundle of evidence cannot be read as one."""


class NothingCollected(MunimentError):
    """No source answered and no evidence was kept."""

    exit_code = 3
