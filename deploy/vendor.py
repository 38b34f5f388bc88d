"""Fetch the pinned third-party files into `assets/vendor/`, with their licences. Run by hand when a version changes.

The files are committed, so installing and running the product needs neither npm nor a network.
"""

import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "assets" / "vendor"


@dataclass(frozen=True)
class Package:
    """`files` maps a pattern of paths inside the package to the folder they go to, relative to `folder`."""

    name: str
    version: str
    folder: str
    files: dict[str, str]


PACKAGES = (
    Package("socket.io-client", "4.8.4", "socket.io", {r"dist/socket\.io\.min\.js": "", r"LICENSE": ""}),
    Package("plotly.js-basic-dist-min", "4.1.1", "plotly", {r"plotly-basic\.min\.js": "", r"LICENSE": ""}),
    Package(
        "swagger-ui-dist",
        "5.35.0",
        "swagger-ui",
        {r"swagger-ui-bundle\.js": "", r"swagger-ui\.css": "", r"LICENSE": "", r"NOTICE": ""},
    ),
    Package(
        "@fontsource-variable/noto-sans-sc",
        "5.3.1",
        "noto-sans-sc",
        {r"files/noto-sans-sc-.*-wght-normal\.woff2": "files", r"index\.css": "", r"LICENSE": ""},
    ),
    Package(
        "@fontsource/barlow-semi-condensed",
        "5.3.0",
        "barlow",
        {r"files/barlow-semi-condensed-latin-(500|600|700)-normal\.woff2": "files", r"LICENSE": ""},
    ),
)


def fetch(package: Package) -> list[Path]:
    """Download the package with npm and keep the files asked for."""
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            for member in archive.getmembers():
                path = member.name.partition("/")[2]
                for pattern, place in package.files.items():
                    source = archive.extractfile(member) if re.fullmatch(pattern, path) else None
                    if source is None:
                        continue
                    target = VENDOR / package.folder / place / Path(path).name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(_without_source_map(path, source.read()))
                    kept.append(target)
    return kept


def _without_source_map(path: str, content: bytes) -> bytes:
    """A browser with open developer tools would ask for a map that we do not ship."""
    if path.endswith((".js", ".css")):
        return re.sub(rb"(//[#@] sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$", b"", content)
    return content


if __name__ == "__main__":
    for package in PACKAGES:
        files = fetch(package)
        size = sum(path.stat().st_size for path in files)
        print(f"{package.name} {package.version}: {len(files)} files, {size / 1000:,.0f} kB")
