"""The peer of bench_sync: express-pouchdb in memory with a PouchDB client, both from the npm registry."""

import json
import shutil
import subprocess
import time
from pathlib import Path

from tests.field_api.server import free_port

POUCHDB = Path(__file__).parent / "pouchdb"


def packages_stand(folder: Path) -> bool:
    """Whether node is here to run what stands in a folder; its packages are installed where they are missing."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        print(f"{folder.name}: there is no node here.")
        return False
    if not (folder / "node_modules").is_dir():
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        subprocess.run(["npm", "ci", *quiet], cwd=folder, check=True)
    return True


def peer(documents: int) -> None:
    """Print what the same work costs there, where node is present."""
    if not packages_stand(POUCHDB):
        return
    port = str(free_port())
    server = subprocess.Popen(["node", "bench.mjs", "serve", port], cwd=POUCHDB, stdout=subprocess.DEVNULL)
    try:
        time.sleep(4)
        run = ["node", "bench.mjs", "run", f"http://127.0.0.1:{port}", str(documents)]
        told = json.loads(subprocess.run(run, cwd=POUCHDB, capture_output=True, text=True, check=True).stdout)
    finally:
        server.terminate()
        server.wait()
    print("express-pouchdb in memory, same run")
    for name, one in told.items():
        print(
            f"  {name:30} {one['ms']:7.0f} ms   server {one['cpu_s']:5.2f} s of CPU {one['peak_mb']:+7.1f} MB"
            f"   {one['down_mb']:6.2f} MB down {one['up_mb']:6.2f} MB up"
        )
