"""Runs every notebook from top to bottom and writes its executed twin: `make notebooks`."""

import time

import nbformat
from nbclient import NotebookClient

from tests.notebooks.pairs import FOLDER, for_reading, read_source, sources, twin

TIMEOUT_S = 600


def main() -> None:
    """Execute all; the first cell that fails ends it, and its twin stays as it was."""
    for source in sources():
        began = time.monotonic()
        notebook = read_source(source)
        client = NotebookClient(
            notebook,
            timeout=TIMEOUT_S,
            kernel_name="python3",
            extra_arguments=["--log-level=40"],  # A kernel warns of its plain local port each time.
            record_timing=False,
            resources={"metadata": {"path": str(FOLDER)}},
        )
        nbformat.write(for_reading(client.execute(), source), twin(source))
        print(f"{twin(source).name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
