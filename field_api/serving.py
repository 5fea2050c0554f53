"""The process that answers requests: gunicorn's threaded worker, one that waits for no client and ends when told."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

_FAREWELLS = {signal.SIGTERM, signal.SIGQUIT, signal.SIGINT}


class Worker(ThreadWorker):
    """Differs from gunicorn's own (27.0) where that one may stand still.

    Its handler of SIGQUIT takes a lock of the thread pool, which the loop that it interrupts may hold, for as long as a
    new thread needs to start: the process then hangs until it is killed. And in that loop it waits for clients to hang
    up that it is done with, two seconds for each that does not, while nobody else is answered.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # What is to be done first when this process is about to end.
        self.farewell: Callable[[], None] = lambda: None

    def init_process(self) -> None:
        """Answer until the end."""
        self._closing = ThreadPoolExecutor(self.cfg.threads, thread_name_prefix="closing")
        super().init_process()

    def init_signals(self) -> None:
        """Listen to signals from now on, those included that came since the fork."""
        super().init_signals()
        _release_signals()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: answer what was asked, and end."""
        super().handle_exit(sig, frame)
        self.method_queue.defer(self.farewell)

    def handle_quit(self, _sig: int, _frame: Any) -> None:
        """SIGQUIT and SIGINT: leave as soon as the loop comes round; no lock may be taken here."""
        self.alive = False
        self.method_queue.defer(self._leave)

    def _leave(self) -> None:
        self.farewell()
        raise SystemExit(0)

    def is_parent_alive(self) -> bool:
        """Whether there still is a server to belong to; without one, this process ends too."""
        if super().is_parent_alive():
            return True
        self.alive = False
        self.farewell()
        return False

    def murder_pending(self) -> None:
        """Hang up on clients that have said nothing for too long, and at the end on all that have said nothing."""
        if not self.alive:
            for silent in self.pending_conns:
                silent.timeout = 0
        super().murder_pending()

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Keep the connection for the next request, or let another thread wait until the client hangs up."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            closed = self._closing.submit(conn.close, graceful=True)
            closed.add_done_callback(lambda _: self.method_queue.defer(self._count_out))

    def _count_out(self) -> None:
        self.nr_conns -= 1


def hold_signals_while_forking() -> None:
    """Keep what a new process is told until it can listen: before, it has its parent's handlers, which do nothing."""
    os.register_at_fork(before=_hold_signals, after_in_parent=_release_signals)


def _hold_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _FAREWELLS)


def _release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _FAREWELLS)
