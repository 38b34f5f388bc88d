"""What every room of the command center builds with: pages, visits, the live city."""

from dataclasses import dataclass

from command_center.visits import Visits
from layouts.shell import Site
from layouts.texts import Words
from streaming.settings import Settings
from twin.live import Live


@dataclass(frozen=True)
class House:
    site: Site
    visits: Visits
    live: Live
    settings: Settings
    words: Words
