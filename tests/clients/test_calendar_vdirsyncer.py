"""vdirsyncer keeps a folder of files and the agenda the same, both ways."""

from pathlib import Path

import pytest

from tests.clients.calendar_account import Account, event, open_account
from tests.clients.calendar_tools import run
from tests.clients.site import Site

pytestmark = pytest.mark.clients

CONFIGURATION = """
[general]
status_path = "{home}/status/"

[pair rep]
a = "files"
b = "furet"
collections = ["agenda"]
conflict_resolution = {resolution}
metadata = ["displayname", "color"]

[storage files]
type = "filesystem"
path = "{home}/files/"
fileext = ".ics"

[storage furet]
type = "caldav"
url = "{url}/dav/"
username = "{email}"
password = "{password}"
"""


class Folder:
    """The folder beside the account."""

    def __init__(self, tools: Path, account: Account, home: Path) -> None:
        self.account, self._program, self._home = account, tools / "vdirsyncer", home
        self.files = home / "files" / "agenda"
        self.files.mkdir(parents=True)

    def run(self, command: str, resolution: str = "null") -> tuple[int, str]:
        told = vars(self.account) | {"home": self._home, "resolution": resolution}
        (self._home / "config").write_text(CONFIGURATION.format(**told))
        done = run(self._program, "-c", str(self._home / "config"), command, home=self._home)
        return done.returncode, done.stdout + done.stderr

    def sync(self, resolution: str = "null") -> None:
        status, told = self.run("sync", resolution)
        assert status == 0, told

    def write(self, name: str, text: bytes) -> None:
        (self.files / name).write_bytes(text)

    def texts(self) -> set[bytes]:
        """What lies here; vdirsyncer gives names of its own, and ends lines as files do."""
        return {plain(path.read_bytes()) for path in self.files.glob("*.ics")}

    def at_server(self) -> set[bytes]:
        """What lies there."""
        body = b'<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>'
        told = self.account.call("PROPFIND", "", body, Depth="1").text
        names = [part.partition("<")[0].rpartition("/")[2] for part in told.split("<D:href>")[1:]]
        return {plain(self.account.get(name) or b"") for name in names if name}


def plain(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").strip()


def plain_all(*texts: bytes) -> set[bytes]:
    return {plain(text) for text in texts}


@pytest.fixture
def folder(site: Site, calendar_tools: Path, tmp_path: Path) -> Folder:
    one = Folder(calendar_tools, open_account(site), tmp_path)
    status, told = one.run("discover")
    assert status == 0, told
    assert '"agenda"' in told
    return one


def test_what_is_made_changed_and_removed_arrives_at_the_other_side(folder: Folder) -> None:
    here, there = event("here", "Made here"), event("there", "Made there")
    folder.write("here.ics", here)
    folder.account.put("there.ics", there)
    folder.sync()
    assert folder.texts() == folder.at_server() == plain_all(here, there)
    token = folder.account.call("HEAD", "here.ics").headers["ETag"]

    folder.sync()
    assert folder.account.call("HEAD", "here.ics").headers["ETag"] == token

    here, there = event("here", "Changed here"), event("there", "Changed there")
    folder.write("here.ics", here)
    folder.account.put("there.ics", there)
    folder.sync()
    assert folder.texts() == folder.at_server() == plain_all(here, there)

    third = event("third", "Made here afterwards")
    folder.write("third.ics", third)
    folder.sync()
    (folder.files / "here.ics").unlink()
    assert folder.account.call("DELETE", "there.ics").status_code == 204
    folder.sync()
    assert folder.texts() == folder.at_server() == plain_all(third)


def test_a_conflict_is_told_and_resolved_as_its_owner_says(folder: Folder) -> None:
    for number in range(3):
        folder.write(f"{number}.ics", event(str(number), "Before"))
    folder.sync()
    for winner, number in (("a wins", 0), ("b wins", 1)):
        here, there = event(str(number), "Changed here"), event(str(number), "Changed there")
        folder.write(f"{number}.ics", here)
        folder.account.put(f"{number}.ics", there)
        status, told = folder.run("sync")
        assert status != 0
        assert "conflict" in told.lower()
        assert plain(folder.account.get(f"{number}.ics") or b"") == plain(there)
        folder.sync(f'"{winner}"')
        kept = plain(here if winner == "a wins" else there)
        assert kept in folder.texts()
        assert kept in folder.at_server()
    # Removed here and changed there: the change is worth more.
    (folder.files / "2.ics").unlink()
    folder.account.put("2.ics", event("2", "Changed there"))
    folder.sync()
    assert plain(event("2", "Changed there")) in folder.texts()


def test_odd_texts_travel_whole(folder: Folder) -> None:
    texts = [
        event("a/../b", "A UID with slashes"),
        event("emoji", "Renard \U0001f98a, Élodie; \\n"),
        event("folded", "Long " + "x" * 60, "DESCRIPTION:one\r\n  two\r\n  three", "X-FURET-TEST;X-P=\"a,b\":1"),
        event("series", "Weekly", "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=Europe/Paris:20270317T090000"),
        event("attended", "Meeting", "ATTENDEE;RSVP=TRUE:mailto:a@example.org", "ORGANIZER:mailto:b@example.org"),
    ]  # fmt: skip
    for number, text in enumerate(texts[:3]):
        folder.write(f"{number}.ics", text)
    for number, text in enumerate(texts[3:]):
        folder.account.put(f"server {number}.ics", text)
    folder.sync()
    assert folder.texts() == folder.at_server() == plain_all(*texts)


def test_many_arrive_at_once_and_a_name_and_a_colour_along(folder: Folder) -> None:
    texts = [event(f"many-{number}", f"Visit {number}", day=1 + number % 28) for number in range(250)]
    for number, text in enumerate(texts):
        folder.account.put(f"{number}.ics", text)
    folder.sync()
    assert folder.texts() == plain_all(*texts)
    (folder.files / "color").write_text("#ff8800")
    (folder.files / "displayname").write_text("Tournée")
    status, told = folder.run("metasync", '"a wins"')
    assert status == 0, told
    body = b'<D:propfind xmlns:D="DAV:" xmlns:A="http://apple.com/ns/ical/"><D:prop><D:displayname/><A:calendar-color/></D:prop></D:propfind>'
    described = folder.account.call("PROPFIND", "", body, Depth="0").text
    assert "Tournée" in described
    assert "#ff8800" in described.lower()
