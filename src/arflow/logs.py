"""What arflow says while it works: ids, counts, names of events and days, never names, addresses or words about people."""

import logging
import sys
from typing import TYPE_CHECKING, Any

from arflow.control_characters import visible

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger
    from structlog.typing import EventDict


def info(module: str, said: str, **facts: object) -> None:
    """Say what was done, where somebody listens to the module."""
    _say(module, logging.INFO, said, facts)


def warning(module: str, said: str, **facts: object) -> None:
    """Say what an operator should look at, or what arflow will try again."""
    _say(module, logging.WARNING, said, facts)


def _say(module: str, level: int, said: str, facts: dict[str, object]) -> None:
    listening = logging.getLogger(module)
    if listening.isEnabledFor(level) and listening.hasHandlers():  # without one, Python prints warnings to stderr
        _logger(module).log(level, said, **facts)


def _logger(module: str) -> "BoundLogger":
    """A logger on the standard library's: an embedding program hears it as it hears its others."""
    import structlog  # loaded only where somebody listens
    from structlog.stdlib import BoundLogger, ProcessorFormatter

    stamps = (structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True))
    found: BoundLogger = structlog.wrap_logger(
        logging.getLogger(module),
        wrapper_class=BoundLogger,
        processors=[*stamps, ProcessorFormatter.wrap_for_formatter],
    )
    return found


def _shown(_logger: object, _name: str, said: "EventDict") -> "EventDict":
    return {name: visible(word) if isinstance(word, str) else word for name, word in said.items()}


def to_stderr(level: str) -> None:
    """Send the logs to stderr: for people on a terminal, as JSON lines elsewhere."""
    import structlog
    from structlog.stdlib import ProcessorFormatter

    renderer: Any = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(sort_keys=True)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ProcessorFormatter(processors=[ProcessorFormatter.remove_processors_meta, _shown, renderer]))
    root = logging.getLogger("arflow")
    root.handlers = [handler]
    root.setLevel(level.upper())
