"""A phone that keeps documents as an RxDB client does: what it shows, what it believes to stand, a checkpoint."""

import copy
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from field_api.store.columns import new_id
from field_api.sync.digest import document_hash

Doc = dict[str, Any]


@dataclass
class Phone:
    """One device, one collection; nothing is sent unless told."""

    client: FlaskClient
    headers: dict[str, str]
    territory_id: str = ""
    collection: str = "customers"
    page: int = 5
    docs: dict[str, Doc] = field(default_factory=dict)
    assumed: dict[str, Doc] = field(default_factory=dict)
    checkpoint: dict[str, str] | None = None
    pages: int = 0

    # What somebody does on the phone, with or without a network.

    def make(self, name: str = "Durand", **more: Any) -> str:
        doc_id = more.pop("id", None) or new_id()
        made = {"kind": "person", "name": name, "territory_id": self.territory_id, "first_touch_source": "phone"}
        self.docs[doc_id] = {"id": doc_id, **made, **more, "_deleted": False}
        return doc_id

    def edit(self, doc_id: str, **changes: Any) -> None:
        self.docs[doc_id] = {**self.docs[doc_id], **changes}

    def delete(self, doc_id: str) -> None:
        self.edit(doc_id, _deleted=True)

    def shown(self) -> dict[str, Doc]:
        return {doc_id: one for doc_id, one in self.docs.items() if not one["_deleted"]}

    def names(self) -> list[str]:
        return sorted(one["name"] for one in self.shown().values())

    def dirty(self) -> list[str]:
        return [doc_id for doc_id, one in self.docs.items() if one != self.assumed.get(doc_id)]

    # What the replication does.

    def pull_page(self, **query: Any) -> TestResponse:
        asked = {"limit": self.page, **query}
        if self.checkpoint:
            asked.setdefault("checkpoint", self.checkpoint["position"])
        return self.client.get(f"/v1/sync/{self.collection}/pull", query_string=asked, headers=self.headers)

    def pull(self) -> None:
        while True:
            answer = self.pull_page()
            assert answer.status_code == 200, answer.text
            self.pages += 1
            documents = answer.get_json()["documents"]
            for one in documents:
                self._take(one)
            if documents:
                self.checkpoint = answer.get_json()["checkpoint"]
            if len(documents) < self.page:
                return

    def _take(self, one: Doc) -> None:
        known = self.docs.get(one["id"])
        if known is None or known == self.assumed.get(one["id"]):
            self.docs[one["id"]], self.assumed[one["id"]] = one, copy.deepcopy(one)

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for doc_id in self.dirty():
            row = {"newDocumentState": copy.deepcopy(self.docs[doc_id])}
            rows.append(row | ({"assumedMasterState": self.assumed[doc_id]} if doc_id in self.assumed else {}))
        return rows

    def send(self, rows: list[dict[str, Any]]) -> TestResponse:
        return self.client.post(f"/v1/sync/{self.collection}/push", json=rows, headers=self.headers)

    def push(self) -> list[Doc]:
        rows = self.rows()
        if not rows:
            return []
        answer = self.send(rows)
        assert answer.status_code == 200, answer.text
        return self.acknowledged(rows, answer.get_json())

    def acknowledged(self, rows: list[dict[str, Any]], conflicts: list[Doc]) -> list[Doc]:
        unlike = {one["id"]: one for one in conflicts}
        for row in rows:
            pushed = row["newDocumentState"]
            master = unlike.get(pushed["id"])
            if master is None:
                self.assumed[pushed["id"]] = pushed
            elif self.docs[pushed["id"]] == pushed:
                self.docs[pushed["id"]], self.assumed[pushed["id"]] = master, copy.deepcopy(master)
        return conflicts

    def sync(self) -> None:
        self.push()
        self.pull()

    # What it can prove.

    def digest(self) -> dict[str, Any]:
        documents = [
            {name: value for name, value in one.items() if name != "_deleted"} for one in self.shown().values()
        ]
        return {"count": len(documents), "hash": f"{sum(map(document_hash, documents)) % 2**256:064x}"}

    def is_whole(self) -> bool:
        answer = self.client.get(f"/v1/sync/{self.collection}/digest", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return bool(answer.get_json() == self.digest())

    def refusals(self, device_id: str) -> list[dict[str, Any]]:
        answer = self.client.get(f"/v1/devices/{device_id}/refusals", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.get_json()["items"]
        return found
