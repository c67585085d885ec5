"""What a person is told when something cannot be done, in one paragraph without a traceback."""

from pathlib import Path


class Refusal(Exception):
    """What was asked for cannot be done; the text says why and what to do. Nothing changed."""


class BadFile(Refusal):
    """A file cannot be used: names the file, the place in it and what to do."""

    def __init__(self, path: Path, statement: str, advice: str = "") -> None:
        self.path = path
        self.statement = statement
        self.advice = advice
        super().__init__(f"{path.name}: {statement}." + (f" {advice}." if advice else ""))
