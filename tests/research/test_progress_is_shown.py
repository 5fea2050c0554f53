"""Progress is a bar for a person at a terminal and plain lines for a file, and never disturbs standard output."""

import io

from research.terminal.progress import ProgressShown


class Terminal(io.StringIO):
    """A stream that says a person reads it."""

    def isatty(self) -> bool:
        return True


def run(stream: io.StringIO) -> str:
    with ProgressShown(stream) as progress:
        for done in range(1, 201):
            progress("Learning replicates", done, 200)
        progress("Drawing", 50, 50)
    return stream.getvalue()


def test_a_person_sees_a_bar_move_to_its_end() -> None:
    shown = run(Terminal())
    assert "\r" in shown
    assert "Learning replicates: 100%" in shown
    assert "200/200" in shown
    assert "Drawing: 100%" in shown


def test_a_file_gets_a_few_plain_lines() -> None:
    lines = run(io.StringIO()).splitlines()
    assert lines[0] == "Learning replicates: 1 of 200"
    assert "Learning replicates: 200 of 200" in lines
    assert lines[-1] == "Drawing: 50 of 50"
    assert len(lines) <= 5
