"""What arflow says while it works: ids, names of events and days, never words about people."""

import logging
import sys
from typing import Any

import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import EventDict

from arflow.control_characters import visible

_SHARED = (structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True))


def logger(name: str) -> BoundLogger:
    """A logger on the standard library's: an embedding program hears it as it hears its others."""
    found: BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        wrapper_class=BoundLogger,
        processors=[structlog.stdlib.filter_by_level, *_SHARED, ProcessorFormatter.wrap_for_formatter],
    )
    return found


def _shown(_logger: object, _name: str, said: EventDict) -> EventDict:
    return {name: visible(word) if isinstance(word, str) else word for name, word in said.items()}


def to_stderr(level: str) -> None:
    """Send the logs to stderr: for people on a terminal, as JSON lines elsewhere."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(sort_keys=True)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ProcessorFormatter(processors=[ProcessorFormatter.remove_processors_meta, _shown, renderer]))
    root = logging.getLogger("arflow")
    root.handlers = [handler]
    root.setLevel(level.upper())
