"""Files that settings name, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


class NamedFile(str):
    """A file that ``city.toml`` names, as the path it is found at in whatever folder; empty where it names none.

    ``written`` is what stands in ``city.toml``; of one made by hand, the path itself.
    """

    __slots__ = ("written",)

    written: str

    def __new__(cls, path: str = "", written: str | None = None) -> Self:
        """See the class."""
        named = super().__new__(cls, path)
        named.written = path if written is None else written
        return named


NO_FILE = NamedFile()
"""Where ``city.toml`` names none."""
