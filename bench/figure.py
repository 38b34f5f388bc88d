"""A measured number beside the limit or peer measured in the same run."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`goal` is a ratio value/peer where `peer_value` was measured in this run, else a value in `unit`."""

    name: str
    value: float
    unit: str
    peer_name: str = ""
    peer_value: float | None = None
    goal: float | None = None
    higher_is_better: bool = True
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        measured = self.ratio if self.ratio is not None else self.value
        return measured >= self.goal if self.higher_is_better else measured <= self.goal
