"""The words for what became of an order, or of an attempt to make one."""

from __future__ import annotations

#: `clore_client.models.Order.status`.
DEPLOYING, RUNNING, QUEUED, UNKNOWN = "deploying", "running", "queued", "unknown"
EXPIRED, COMPLETED, PENDING = "expired", "completed", "pending"

#: `clore_client.models.Reconciled.outcome`, beside `UNKNOWN`: there is an order; none was made.
FOUND, NONE = "found", "none"
