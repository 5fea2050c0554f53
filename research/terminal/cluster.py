"""The Dask cluster that `--backend dask` sends the work to: a running one, or one of processes on this machine."""

from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, cast

from research.errors import SettingsError


def dask_client(address: str | None, workers: int) -> AbstractContextManager[object]:
    """A client joblib finds by itself; leaving its context closes it and a cluster of its own.

    Raises
    ------
    SettingsError
        The extra `dask` is not installed, or nobody answers at the address.
    """
    try:
        # Loaded by name and only now: it is an optional extra, and two seconds of every other command.
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise SettingsError("--backend dask needs the extra `dask`: install furet[dask].") from error
    if address is None:
        client = distributed.Client(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        return cast(AbstractContextManager[object], client)
    try:
        return cast(AbstractContextManager[object], distributed.Client(address, timeout="10s"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"No Dask scheduler answers at {address}: check --scheduler.") from error
