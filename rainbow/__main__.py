"""``python -m rainbow`` is the command ``rainbow``."""

from rainbow.cli import entry

entry()
