"""What a dialect gives for a topic: a function from message to facts, worked out once per topic."""

from collections.abc import Callable

from sensors.facts import Fact, Message

Route = Callable[[Message], list[Fact]]


def nothing(message: Message) -> list[Fact]:
    """Understood, and says nothing about a device."""
    return []
