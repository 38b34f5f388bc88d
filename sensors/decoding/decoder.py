"""One door for all dialects: which one a topic belongs to is found once and remembered."""

from collections.abc import Callable
from datetime import tzinfo
from zoneinfo import ZoneInfo

from sensors.decoding import homeassistant, native, opcua, sparkplug, tasmota, thingsboard, zigbee2mqtt
from sensors.decoding.payload import MAX_BYTES, excerpt
from sensors.decoding.route import Route
from sensors.facts import BadPayload, Fact, Message, Problem, Reading

SUBSCRIPTIONS: tuple[str, ...] = (
    *native.SUBSCRIPTIONS,
    *thingsboard.SUBSCRIPTIONS,
    *homeassistant.SUBSCRIPTIONS,
    *zigbee2mqtt.SUBSCRIPTIONS,
    *tasmota.SUBSCRIPTIONS,
    *sparkplug.SUBSCRIPTIONS,
)
MAX_ROUTES = 200_000  # topics remembered; a city has about three per device
MAX_PROBLEMS = 20  # of one message: a payload of rubbish is told of once, not ten thousand times


class Decoder:
    """From messages to facts. Keep one per connection: some dialects need what earlier messages said.

    `wanted_topics` grows when a device announces where it will speak: subscribe to what is new at its end.
    `outgoing` collects messages (topic, payload) that we owe to devices: publish them and clear the list.
    `timezone`: where the clocks of devices run that state local time without an offset.
    """

    def __init__(self, timezone: tzinfo | None = None) -> None:
        self.wanted_topics: list[str] = []
        self.outgoing: list[tuple[str, bytes]] = []
        self._routes: dict[str, Route] = {}
        finders: list[tuple[tuple[str, ...], Callable[[str], Route]]] = [
            ((native.PREFIX,), native.route),
            (thingsboard.PREFIXES, thingsboard.route),
            ((zigbee2mqtt.PREFIX,), zigbee2mqtt.Zigbee2Mqtt().route),
            (tasmota.PREFIXES, tasmota.Tasmota(timezone or ZoneInfo("Asia/Shanghai")).route),
            ((sparkplug.PREFIX,), sparkplug.Sparkplug(self.outgoing).route),
            ((opcua.PREFIX,), opcua.route),
        ]
        self._finders = finders
        taken = tuple(prefix for prefixes, _ in finders for prefix in prefixes)
        self._homeassistant = homeassistant.HomeAssistant(self.wanted_topics, foreign=taken)

    def decode(self, message: Message) -> list[Fact]:
        """Readings, statuses and problems of a message; BadPayload when nothing in it can be used."""
        route = self._routes.get(message.topic) or self._find(message.topic)
        if len(message.payload) > MAX_BYTES:
            raise BadPayload("too_large", f"{len(message.payload)} bytes; allowed: {MAX_BYTES}")
        facts = route(message)
        if message.retained:
            # Its age is unknown: taking arrival for its time would show an old number as new.
            facts = [fact for fact in facts if type(fact) is not Reading or fact.at is not None]
        if len(facts) > MAX_PROBLEMS:
            facts = _with_fewer_problems(facts)
        return facts

    def _find(self, topic: str) -> Route:
        route = self._homeassistant.route(topic)
        if route is None:
            find = next((find for prefixes, find in self._finders if topic.startswith(prefixes)), None)
            if find is None:
                raise BadPayload("unknown_topic", f"{excerpt(topic)} belongs to no dialect that is understood")
            route = find(topic)
        if len(self._routes) >= MAX_ROUTES:
            self._routes.clear()
        self._routes[topic] = route
        return route


def _with_fewer_problems(facts: list[Fact]) -> list[Fact]:
    problems = [fact for fact in facts if type(fact) is Problem]
    if len(problems) <= MAX_PROBLEMS:
        return facts
    last = problems[MAX_PROBLEMS - 1]
    rest = Problem(last.code, f"{last.detail} (and {len(problems) - MAX_PROBLEMS} more like these)", last.device)
    return [fact for fact in facts if type(fact) is not Problem] + [*problems[: MAX_PROBLEMS - 1], rest]
