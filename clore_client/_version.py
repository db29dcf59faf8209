"""The one place that holds the version; setup.cfg reads it from here."""

from __future__ import annotations

__version__ = "1.0.0"
