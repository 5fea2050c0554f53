"""Run every benchmark, or those named: `python -m tests.benchmarks [name ...]`."""

import importlib
import sys
from pathlib import Path


def main() -> None:
    """Run bench_*.py one after the other, so that none disturbs another's figures."""
    names = sys.argv[1:] or sorted(file.stem for file in Path(__file__).parent.glob("bench_*.py"))
    for name in names:
        print(f"\n=== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()


if __name__ == "__main__":
    main()
