"""What a reader is to be warned of: an English sentence that also carries a stable code and its figures."""


class Notice(str):
    """A sentence, and what it takes to say it in another language.

    Attributes
    ----------
    code : str
        Stable; nothing else is ever meant by it.
    facts : dict
        The figures and names in the sentence, as JSON values.
    """

    code: str
    facts: dict[str, object]

    def __new__(cls, code: str, sentence: str, **facts: object) -> "Notice":
        notice = super().__new__(cls, sentence)
        notice.code, notice.facts = code, facts
        return notice

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # str makes itself of one argument
        """What makes it anew where it is copied or sent to another process; the facts follow by themselves."""
        return self.code, str(self)

    def row(self) -> dict[str, object]:
        """The notice without its sentence, as it stands in report.json."""
        return {"code": self.code} | self.facts
