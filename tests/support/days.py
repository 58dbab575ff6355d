"""The day it is for an application, as a test sets it."""

from datetime import date

from arflow.application.arflow import Arflow


def on_day(app: Arflow, today: date) -> None:
    """From here on it is that day for the application."""
    app._today = today
