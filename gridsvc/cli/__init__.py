"""The shell's way in. Results go to stdout, talk to stderr; exit 0, 1 (problems) or 2 (cannot)."""

from gridsvc.cli.app import app

__all__ = ["app"]
