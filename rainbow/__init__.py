"""The front door: command line, settings and wiring of all rooms."""

__version__ = "0.1.0"
