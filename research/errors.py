"""The few kinds of error and warning of the research package, each with the case in which it is raised."""


class ResearchError(Exception):
    """Base of every error a person can mend; its text is one sentence with place, value and remedy."""


class CodebookError(ResearchError, ValueError):
    """The codebook cannot be read or contradicts itself."""


class AnswersError(ResearchError, ValueError):
    """The answers cannot be read, or do not fit the codebook."""


class TooFewAnswers(AnswersError):
    """There are too few answers for the question asked; nothing honest can be computed from them."""


class SettingsError(ResearchError, ValueError):
    """An option of the command line or an argument of a function is out of its range."""


class TooDense(ResearchError):
    """Items hang together so densely that no exact sum over their states fits into memory."""


class OutputError(ResearchError, OSError):
    """The output folder cannot be written, or would overwrite something that is not ours."""


class ResearchWarning(UserWarning):
    """Base of every warning: the work goes on, but the reader must know of it."""
