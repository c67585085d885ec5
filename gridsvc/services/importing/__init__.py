"""Files coming in: everything is checked first, and nothing changes unless all of it is good."""

from gridsvc.services.importing.outcome import Outcome, Problem

__all__ = ["Outcome", "Problem"]
