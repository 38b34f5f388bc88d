"""Fetch the pinned OPC UA type descriptions into `sensors/opcua/nodesets/`. Run by hand when the version changes.

Both files carry their licence (OPC Foundation MIT License 1.00) in their head; it allows passing them on. They are
committed, so installing and running the product needs neither npm nor a network.
"""

import subprocess
import tarfile
import tempfile
from pathlib import Path

NODESETS = Path(__file__).parent / "nodesets"
PACKAGE, VERSION = "node-opcua-nodesets", "2.185.0"
FILES = ("Opc.Ua.Di.NodeSet2.xml", "Opc.Ua.CommercialKitchenEquipment.NodeSet2.xml")
PERMISSION = b"without limitation the rights to use,"


def fetch() -> list[Path]:
    """Download the package with npm and keep the files we import, if their licence still permits it."""
    NODESETS.mkdir(exist_ok=True)
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            for name in FILES:
                content = _member(archive, f"package/nodesets/{name}")
                if PERMISSION not in b" ".join(content[:4000].replace(b"*", b" ").split()):
                    raise SystemExit(f"{name} does not carry the licence that permits passing it on")
                (NODESETS / name).write_bytes(content.replace(b"\r\n", b"\n"))
                kept.append(NODESETS / name)
            (NODESETS / "LICENSE").write_bytes(_member(archive, "package/LICENSE"))
    return kept


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise SystemExit(f"{PACKAGE} {VERSION} has no {name}")
    return member.read()


if __name__ == "__main__":
    for path in fetch():
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
