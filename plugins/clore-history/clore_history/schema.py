"""The tables of the file, and the steps that bring an older file up to date. Data only.

Aggregates are kept, not servers: 90 days of a market of 2,200 servers are 28 million rows of
servers, and about a million rows of models. The table ``price`` is ordered by model, so that one
model's history is read in one go; ``hour`` holds what `show` needs of it in a sixth of the rows.
Times are unix seconds (``at``) or unix hours (``hour``), prices those of `record.Record`.
"""

from __future__ import annotations

#: Tells this kind of SQLite file from all others: "CLOH".
APPLICATION_ID = 0x434C4F48

_FIRST = (
    # The market that the file is about, so that no sandbox's prices get among real ones.
    "CREATE TABLE source (host TEXT NOT NULL)",
    "CREATE TABLE sample (at INTEGER PRIMARY KEY, servers INTEGER NOT NULL)",
    "CREATE TABLE gpu (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE price (
        gpu INTEGER NOT NULL,
        at INTEGER NOT NULL,
        free_servers INTEGER NOT NULL,
        rented_servers INTEGER NOT NULL,
        free_gpus INTEGER NOT NULL,
        rented_gpus INTEGER NOT NULL,
        low INTEGER, quarter INTEGER, median INTEGER, high INTEGER,
        spot_low INTEGER, spot_quarter INTEGER, spot_median INTEGER, spot_high INTEGER,
        PRIMARY KEY (gpu, at)
    ) WITHOUT ROWID
    """,
    # free_servers and medians are sums over the samples of the hour; priced counts those samples
    # that have a median.
    """
    CREATE TABLE hour (
        gpu INTEGER NOT NULL,
        hour INTEGER NOT NULL,
        free_servers INTEGER NOT NULL,
        priced INTEGER NOT NULL,
        medians INTEGER NOT NULL,
        PRIMARY KEY (gpu, hour)
    ) WITHOUT ROWID
    """,
)

#: The statements that lead from each version to the next; a new file has version 0.
STEPS = [_FIRST]
