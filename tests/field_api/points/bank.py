"""Processes that transfer, spend and reverse at once, and are killed by kill -9 at any moment; run as a module.

Orders come as JSON on standard input. Each process writes what it is about to send and what was answered into a file of
its own; whoever takes over from a killed one sends its unanswered command again, as a client does.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as TurnTimeout

from field_api.app import create_app
from field_api.errors import Clash
from field_api.points.commands import Command, Reverse, Spend, Transfer
from field_api.points.moving import transfer
from field_api.points.reversals import reverse
from field_api.points.spending import spend
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM

KINDS: dict[str, tuple[type[Command], Any]] = {
    "transfer": (Transfer, transfer),
    "spend": (Spend, spend),
    "reverse": (Reverse, reverse),
}


def main() -> None:
    """Keep so many processes at work for so many seconds, and kill one of them so many times a second."""
    orders = json.load(sys.stdin)
    # No connection is open yet, so that each process opens its own.
    app = create_app()
    chance = random.Random(orders["seed"])
    until = time.time() + orders["seconds"]
    running = {_start(app, orders, number, until): number for number in range(orders["processes"])}
    while time.time() < until - 0.5:
        time.sleep(1 / orders["kills_a_second"])
        victim = chance.choice(list(running))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        number = running.pop(victim)
        running[_start(app, orders, number, until)] = number
    for process in running:
        _, status = os.waitpid(process, 0)
        if status:
            raise RuntimeError(f"A process ended with {status}.")


def _start(app: Flask, orders: dict[str, Any], number: int, until: float) -> int:
    process = os.fork()
    if process:
        return process
    try:
        with app.app_context():
            _work(orders, Path(orders["folder"]) / str(number), until)
    except BaseException:  # noqa: BLE001 - a forked process ends here, whatever happened
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _work(orders: dict[str, Any], journal: Path, until: float) -> None:
    chance = random.Random(new_id())
    lines = read(journal)
    spent = [line["id"] for line in lines if line.get("answer") == "spend"]
    unanswered = lines[-1] if lines and "told" in lines[-1] else None
    pen = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while unanswered or time.time() < until:
        told = unanswered or _think_of(chance, orders["accounts"], spent)
        if not unanswered:
            _note(pen, told)
        unanswered = None
        began = time.time()
        answer = _insist(told)
        if answer == "spend":
            spent.append(told["id"])
        _note(pen, {"id": told["id"], "answer": answer, "seconds": time.time() - began})


def read(journal: Path) -> list[dict[str, Any]]:
    """The lines of a journal; the last of a killed process may be torn."""
    lines = journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []
    return [json.loads(line) for line in lines]


def _note(pen: int, line: dict[str, Any]) -> None:
    os.write(pen, json.dumps(line).encode() + b"\n")


def _think_of(chance: random.Random, accounts: list[str], spent: list[str]) -> dict[str, Any]:
    kind = chance.choice(["transfer", "transfer", "spend", "reverse"] if spent else ["transfer", "spend"])
    told: dict[str, Any] = {"operation_id": new_id(), "points": chance.randint(1, 40)}
    if kind == "reverse":
        told |= {"reversed_id": chance.choice(spent)}
    else:
        source, target = chance.sample(accounts, 2)
        told |= {"account_id": source} | ({"to_account_id": target} if kind == "transfer" else {})
    return {"id": told["operation_id"], "kind": kind, "told": told}


def _insist(line: dict[str, Any]) -> str:
    """Send until there is an answer: the kind of what was done, or that it was refused."""
    command, use_case = KINDS[line["kind"]]
    while True:
        try:
            with writing(db.session):
                kind: str = use_case(db.session, THE_SYSTEM, command(**line["told"])).kind
        except Clash:
            return "refused"
        except (OperationalError, TurnTimeout):
            # Busy, or a circle that the database has cut: the very same command again.
            db.session.remove()
            time.sleep(random.uniform(0.005, 0.05))
        else:
            return kind


if __name__ == "__main__":
    main()
