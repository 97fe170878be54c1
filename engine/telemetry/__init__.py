"""What the engine shows of itself: metrics, each defined once, and logs without secrets.

Knows no domain word beyond the names of its metrics.
"""

from engine.telemetry.logs import (
    bound,
    configure_logging,
    keep_out_of_logs,
    run_id_in_context,
    tell_dropped,
    tenant_in_context,
)
from engine.telemetry.metrics import METRICS, Metric, Metrics

__all__ = [
    "METRICS",
    "Metric",
    "Metrics",
    "bound",
    "configure_logging",
    "keep_out_of_logs",
    "run_id_in_context",
    "tell_dropped",
    "tenant_in_context",
]
