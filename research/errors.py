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


class ServiceError(ResearchError, OSError):
    """The service cannot be reached, refuses, or answers something else than it promised."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


class BrokenPromise(ServiceError):
    """The service answered, but not what this version of it promises: nothing it sent may be kept."""


class ResearchWarning(UserWarning):
    """Base of every warning: the work goes on, but the reader must know of it."""
