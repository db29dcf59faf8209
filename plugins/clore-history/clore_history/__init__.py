"""`clore history`: prices and availability of GPU models over time, kept in an SQLite file."""

from __future__ import annotations
