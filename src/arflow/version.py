"""The version of this arflow: the log notes it beside each event that it writes."""

__version__ = "0.1.0"
