"""What the city remembers from one start to the next: a small JSON file in the data folder."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path


@dataclass
class Memory:
    """Done-ness of what is done once, and which cameras were last told to be off."""

    units: int
    seed: int
    founded: str
    backlog_sent: bool = False
    cameras_told: bool = False
    cameras_off: list[str] = field(default_factory=list)
    path: Path = field(default=Path("city-state.json"), metadata={"kept": False})

    def save(self) -> None:
        """Written beside and moved into place: a process killed meanwhile leaves the old file whole."""
        kept = {key: value for key, value in asdict(self).items() if key != "path"}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(kept), encoding="utf-8")
        draft.replace(self.path)

    def forget(self) -> None:
        """The product does not know us any more: everything is to be told again."""
        self.backlog_sent = self.cameras_told = False
        self.cameras_off = []


def recall(path: Path, units: int, seed: int, today: date) -> Memory:
    """What was remembered of this city; a new memory for another city or an unreadable file."""
    fresh = Memory(units, seed, today.isoformat(), path=path)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        found = Memory(**kept, path=path)
    except (OSError, ValueError, TypeError):
        return fresh
    return found if (found.units, found.seed) == (units, seed) else fresh
