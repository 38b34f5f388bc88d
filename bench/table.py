"""Run every benchmark and print one table."""

import importlib
import pkgutil
import sys
import time
import traceback
from pathlib import Path

from bench.figure import Figure

NOT_BENCHMARKS = {
    "figure",
    "table",
    "load",
    "pipes",
    "publisher",
    "town",
    "live_server",
    "push_clients",
    "push_peer",
    "map_peer",
    "map_view",
}


def run(only: str = "") -> int:
    """Run all benchmarks, or one by name. The exit code is 1 when one could not run, whatever it measured."""
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    names = [name for name in names if name not in NOT_BENCHMARKS and only in ("", name)]
    if not names:
        print(f"there is no benchmark named {only!r}", file=sys.stderr)
        return 2
    figures, broken = [], []
    for name in names:
        print(f"... {name}", file=sys.stderr, flush=True)
        started = time.monotonic()
        try:
            figures += importlib.import_module(f"bench.{name}").run()
        except Exception:
            traceback.print_exc()
            broken.append(name)
        print(f"    took {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    print(table(figures))
    if broken:
        print(f"could not run: {', '.join(broken)}")
    return 1 if broken else 0


def table(figures: list[Figure]) -> str:
    """The figures as a table in Markdown, so that it can be pasted where people read it."""
    rows = [("figure", "value", "unit", "limit or peer", "its value", "ratio", "goal", "met")]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    sign = ">=" if figure.higher_is_better else "<="
    return (
        figure.name,
        _number(figure.value),
        figure.unit,
        figure.peer_name or "-",
        _number(figure.peer_value),
        f"{figure.ratio:.2f}" if figure.ratio is not None else "-",
        f"{sign} {_number(figure.goal)}" if figure.goal is not None else "-",
        {True: "yes", False: "no", None: "-"}[figure.met],
    )


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
