"""The case desk: what one person can do with cases, one call each; it never commits."""

from cases.counter import Counter
from cases.lookout import Lookout
from cases.office import Office
from cases.oversight import Oversight


class CaseDesk(Counter, Office, Oversight, Lookout):
    """One person's (or citizen's) desk at one instant: all that can be done with cases, whoever does it."""
