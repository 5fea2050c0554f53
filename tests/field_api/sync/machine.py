"""A rule-based machine: several phones, an office, grants, a bad network and a bad clock, in any order."""

import copy
from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from field_api import clock
from field_api.sync.digest import LaneSums
from tests.field_api.sync.phone import Phone
from tests.field_api.sync.world import EDITED, World

PHONES = st.integers(0, 3)
FATES = st.sampled_from(["no network", "well", "reply lost", "sent twice"])
TERRITORIES = st.integers(0, 1)
ANY = st.integers(0, 1000)


class Sync(RuleBasedStateMachine):
    """Values are never used twice, so that what stands tells whose edit it was."""

    app: Flask
    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.tally["sequences"] += 1
        self.world = World(self.app)
        self.number = 0
        # Each edit that the server took: (document, field) -> value. And who was retired.
        self.taken: dict[tuple[str, str], str] = {}
        self.retired: set[str] = set()
        self.sent: list[tuple[Phone, list[dict[str, Any]]]] = []
        for territory in (0, 1):
            self.world.create(territory, self._fresh("office"))
        for phone in self.world.phones:
            phone.pull()

    def _fresh(self, what: str) -> str:
        self.number += 1
        return f"{what} {self.number}"

    # On a phone, with or without a network.

    @rule(phone=PHONES, fate=FATES)
    def make(self, phone: int, fate: str) -> None:
        self.world.phones[phone].make(self._fresh("made"))
        self.push(phone, fate)

    @rule(phone=PHONES, which=ANY, field=st.sampled_from(EDITED), fate=FATES)
    def edit(self, phone: int, which: int, field: str, fate: str) -> None:
        shown = sorted(self.world.phones[phone].shown())
        if shown:
            self.world.phones[phone].edit(shown[which % len(shown)], **{field: self._fresh("edit")})
            self.push(phone, fate)

    @rule(phone=PHONES, which=ANY)
    def delete(self, phone: int, which: int) -> None:
        shown = sorted(self.world.phones[phone].shown())
        if shown:
            self.world.phones[phone].delete(shown[which % len(shown)])

    @rule(phone=PHONES)
    def wipe(self, phone: int) -> None:
        carried = self.world.phones[phone]
        carried.docs, carried.assumed, carried.checkpoint = {}, {}, None

    # The network.

    @rule(phone=PHONES, fate=FATES)
    def push(self, phone: int, fate: str) -> None:
        carried = self.world.phones[phone]
        rows = carried.rows()
        if not rows or fate == "no network":
            return
        before = self.world.standing()
        conflicts = carried.send(rows).get_json()
        unlike = {one["id"] for one in conflicts}
        self._account(phone, rows, before)
        accepted = [row for row in rows if row["newDocumentState"]["id"] not in unlike]
        self.sent.append((carried, copy.deepcopy(accepted)))
        if fate == "sent twice":
            refused, stood = self.world.refusals(), self.world.standing()
            carried.send(rows)
            assert self.world.standing() == stood
            assert self.world.refusals() == refused
        if fate != "reply lost":
            carried.acknowledged(rows, conflicts)

    def _account(self, phone: int, rows: list[dict[str, Any]], before: dict[str, Any]) -> None:
        """Hold what the server did with each row against a three-way merge told in one line."""
        after = self.world.standing()
        for row in rows:
            new, base = row["newDocumentState"], row.get("assumedMasterState")
            stood, stands = before.get(new["id"]), after.get(new["id"])
            mine = stood is None or (not stood["retired"] and self.world.sees(phone, stood["territory_id"]))
            if new["_deleted"]:
                if stands and stands["retired"] and not (stood and stood["retired"]):
                    self.retired.add(new["id"])
                continue
            if stood is None and base is None and self.world.sees(phone, new["territory_id"]):
                assert stands, "a customer made on a phone was not stored"
                self.taken |= {(new["id"], name): new[name] for name in EDITED if name in new}
            if stood and base and mine and not base["_deleted"]:
                for name in EDITED:
                    if new.get(name) != base.get(name) and stood[name] == base.get(name):
                        assert stands[name] == new.get(name), f"an edit of {name} that nobody contested was not stored"
                        self.taken[new["id"], name] = stands[name]

    @precondition(lambda self: self.sent)
    @rule(which=ANY)
    def replay(self, which: int) -> None:
        phone, rows = self.sent[which % len(self.sent)]
        stood = self.world.standing()
        if rows:
            assert phone.send(rows).status_code == 200
        assert self.world.standing() == stood, "a replayed push changed something"

    @rule(phone=PHONES)
    def pull(self, phone: int) -> None:
        self.world.phones[phone].pull()

    @rule(phone=PHONES, stored=st.booleans())
    def pull_one_page(self, phone: int, stored: bool) -> None:
        carried = self.world.phones[phone]
        answer = carried.pull_page().get_json()
        for one in answer["documents"]:
            carried._take(one)
        if stored and answer["documents"]:
            carried.checkpoint = answer["checkpoint"]

    # The office, the clock, the server.

    @rule(territory=TERRITORIES)
    def office_creates(self, territory: int) -> None:
        self.world.create(territory, self._fresh("office"))

    @rule(which=ANY, field=st.sampled_from(EDITED))
    def office_changes(self, which: int, field: str) -> None:
        doc_id = self._some_standing(which)
        if doc_id:
            self.taken[doc_id, field] = self._fresh("desk")
            self.world.change(doc_id, **{field: self.taken[doc_id, field]})

    @rule(which=ANY, territory=TERRITORIES)
    def office_moves(self, which: int, territory: int) -> None:
        doc_id = self._some_standing(which)
        if doc_id:
            self.world.change(doc_id, territory_id=self.world.territories[territory].id)

    @rule(which=ANY)
    def office_retires(self, which: int) -> None:
        doc_id = self._some_standing(which)
        if doc_id:
            self.world.retire(doc_id)
            self.retired.add(doc_id)

    @rule(user=st.integers(0, 2), territory=TERRITORIES, meanwhile=st.booleans())
    def assignment_turns(self, user: int, territory: int, meanwhile: bool) -> None:
        self.world.turn_assignment(user, territory)
        if meanwhile:
            for phone in self.world.phones:
                phone.pull()
            self.world.turn_assignment(user, territory)

    @rule(minutes=st.integers(-120, 120))
    def clock_jumps(self, minutes: int) -> None:
        clock._ahead = timedelta(minutes=minutes)
        self.app.config["SYNC_LANE_SUMS"] = LaneSums()  # as if the server had been restarted for it

    def _some_standing(self, which: int) -> str | None:
        ids = sorted(doc_id for doc_id, one in self.world.standing().items() if not one["retired"])
        return ids[which % len(ids)] if ids else None

    @invariant()
    def counted(self) -> None:
        self.tally["steps"] += 1

    # Quiescence.

    def teardown(self) -> None:
        for _ in range(3):
            for number, phone in enumerate(self.world.phones):
                rows, before = phone.rows(), self.world.standing()
                phone.push()
                self._account(number, rows, before)
                phone.pull()
        standing = self.world.standing()
        for number, phone in enumerate(self.world.phones):
            shown = {doc_id: {name: one.get(name) for name in EDITED} for doc_id, one in phone.shown().items()}
            assert shown == self.world.view(number), "a phone shows something else than its user sees"
            assert phone.is_whole()
        for (doc_id, name), value in self.taken.items():
            assert standing[doc_id][name] == value, "an edit that was taken is lost"
        assert all(standing[doc_id]["retired"] for doc_id in self.retired), "somebody retired came back"
