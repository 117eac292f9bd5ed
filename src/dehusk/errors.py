"""Everything raised on purpose."""


class DehuskError(Exception):
    """What every error of dehusk is."""


class UnreadablePage(DehuskError):
    """The bytes hold no page that can be read, with the reason."""


class TooLarge(UnreadablePage):
    """A page past one of the reading limits, with the limit."""


class MissingExtra(DehuskError):
    """A format needs an optional part of dehusk; the message names the command that installs it."""


class UnreadableInput(DehuskError):
    """An input that cannot be opened, with its name."""


class UnknownTagger(DehuskError):
    """A tagger was asked for by a name that nobody has."""


class BadWire(DehuskError):
    """A JSON report that is not of the form written by this version."""
