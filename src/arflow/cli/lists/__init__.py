"""Commands for working lists."""
