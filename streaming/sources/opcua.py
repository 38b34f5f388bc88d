"""OPC UA: one client per server that browses, subscribes, and comes back by itself.

A value is acknowledged to its server only after its transaction has committed: while a batch is being stored no further
publish request is sent, and the server queues what is new (`QUEUE` values per node). What changed while there was no
connection at all is known only by its last value, which comes at once with its own time after every connect.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from asyncua import Client, Node, ua

from sensors.decoding.opcua import write
from sensors.opcua.mapping import PathRule, ServerMapping, Target, WrongMapping
from streaming.sources.base import Parcel, Put

BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
CALL_SECONDS = 10
LIVENESS_SECONDS = 5
QUEUE = 1000
AT_ONCE = 500  # monitored items asked for in one call
_REPORT = {"timestamp": ua.DataChangeTrigger.StatusValueTimestamp, "value": ua.DataChangeTrigger.StatusValue}

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


class _Delivery:
    """The values of one publish response: it is acknowledged when all of them are stored."""

    def __init__(self, count: int):
        self.count = count
        self.stored = asyncio.Event()

    def note(self) -> None:
        self.count -= 1
        if self.count <= 0:
            self.stored.set()


class OpcuaSource:
    """All servers of `OPCUA_URLS` as one source. `connected`: every one of them is."""

    name = "opcua"

    def __init__(self, urls: Iterable[str], mappings: Sequence[ServerMapping], clock: Clock):
        self.links = [_Link(url, _mapping_for(url, mappings), clock) for url in urls]

    @property
    def connected(self) -> bool:
        return all(link.connected for link in self.links)

    async def run(self, put: Put) -> None:
        async with asyncio.TaskGroup() as tasks:
            for link in self.links:
                tasks.create_task(link.run(put))

    def acknowledge(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            if isinstance(parcel.link, _Delivery):
                parcel.link.note()

    def hold(self, held: bool) -> None:
        """Nothing to do: no more comes until what came is acknowledged."""


def _mapping_for(url: str, mappings: Sequence[ServerMapping]) -> ServerMapping:
    for mapping in mappings:
        if mapping.is_for(url):
            return mapping
    raise WrongMapping(f"no mapping file is for {url}: its `servers` must have a pattern that fits")


class _Link:
    """One server: connect, find the nodes, listen, and from the start again when it is lost."""

    def __init__(self, url: str, mapping: ServerMapping, clock: Clock):
        self.url = url
        self.connected = False
        self._mapping = mapping
        self._clock = clock
        self._put: Put
        self._targets: dict[int, Target] = {}  # by the handle we give to the server
        self._followed: set[ua.NodeId] = set()

    async def run(self, put: Put) -> None:
        self._put = put
        failures = 0
        while True:
            try:
                await self._listen()
            except asyncio.CancelledError:
                if (task := asyncio.current_task()) and task.cancelling():
                    raise
                self._tell(failures, "the connection was lost")  # the client cancels its calls then
            except Exception as error:  # whatever one server answers, the others go on
                self._tell(failures, str(error) or type(error).__name__)
            failures = 0 if self.connected else failures + 1
            self.connected = False
            pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]
            await asyncio.sleep(pause * random.uniform(0.7, 1.0))  # many clients must not come back as one

    def _tell(self, failures: int, what: str) -> None:
        level = logging.WARNING if failures == 0 or self.connected else logging.DEBUG
        logger.log(level, "OPC UA %s: %s; trying again", self.url, what)

    async def _listen(self) -> None:
        """Until the connection is lost, which is an error."""
        client = Client(self.url, timeout=CALL_SECONDS)
        lost = asyncio.Event()

        async def note_loss(_: Exception) -> None:
            lost.set()

        client.connection_lost_callback = note_loss
        await asyncio.wait_for(client.connect(), CALL_SECONDS)
        try:
            self._targets.clear()
            self._followed.clear()
            subscription = await self._subscribe(client)
            await self._follow_new(client, subscription)
            self.connected = True
            logger.info("OPC UA %s: following %d nodes (%s)", self.url, len(self._targets), self._mapping.name)
            await self._stay(client, subscription, lost)
        finally:
            with contextlib.suppress(Exception):  # it may be the connection that is broken
                await asyncio.wait_for(client.disconnect(), 2)

    async def _stay(self, client: Client, subscription: int, lost: asyncio.Event) -> None:
        """Ask for a sign of life now and then: a cut cable closes no connection."""
        state = client.get_node(ua.ObjectIds.Server_ServerStatus_State)
        next_look = self._mapping.look_again_seconds
        while True:
            wait = min(LIVENESS_SECONDS, next_look)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), wait)
            if lost.is_set():
                raise ConnectionError("the connection was lost")
            await asyncio.wait_for(state.read_value(), CALL_SECONDS)
            next_look -= wait
            if next_look <= 0:
                next_look = self._mapping.look_again_seconds
                await self._follow_new(client, subscription)

    async def _subscribe(self, client: Client) -> int:
        parameters = ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=self._mapping.publishing_ms,
            # The server keeps the subscription so long without a publish request of ours, as when our database is away.
            RequestedLifetimeCount=max(100, int(600_000 / self._mapping.publishing_ms)),
            RequestedMaxKeepAliveCount=max(3, int(30_000 / self._mapping.publishing_ms)),
            MaxNotificationsPerPublish=5000,
            PublishingEnabled=True,
        )
        result = await client.uaclient.create_subscription(parameters, self._published)
        return int(result.SubscriptionId)

    async def _follow_new(self, client: Client, subscription: int) -> None:
        """Ask for every node of the mapping that is not followed yet."""
        found = [(node, target) for node, target in await self._find(client) if node not in self._followed]
        for start in range(0, len(found), AT_ONCE):
            requests = []
            for node, target in found[start : start + AT_ONCE]:
                handle = len(self._targets) + 1
                self._targets[handle] = target
                self._followed.add(node)
                requests.append(self._request(node, handle))
            parameters = ua.CreateMonitoredItemsParameters(
                SubscriptionId=subscription, TimestampsToReturn=ua.TimestampsToReturn.Both, ItemsToCreate=requests
            )
            results = await client.uaclient.create_monitored_items(parameters)
            for request, result in zip(requests, results, strict=True):
                if not result.StatusCode.is_good():
                    node = request.ItemToMonitor.NodeId
                    logger.warning(
                        "OPC UA %s: cannot follow %s: %s", self.url, node.to_string(), result.StatusCode.name
                    )

    def _request(self, node: ua.NodeId, handle: int) -> ua.MonitoredItemCreateRequest:
        trigger = ua.DataChangeFilter(Trigger=_REPORT[self._mapping.report])
        return ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=node, AttributeId=ua.AttributeIds.Value),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(
                ClientHandle=handle,
                SamplingInterval=self._mapping.sampling_ms,
                Filter=trigger,
                QueueSize=QUEUE,
                DiscardOldest=True,
            ),
        )

    async def _find(self, client: Client) -> list[tuple[ua.NodeId, Target]]:
        found = []
        for text, target in self._mapping.nodes:
            try:
                found.append((await _node_id(client, text), target))
            except (ValueError, ua.UaError) as error:
                logger.warning("OPC UA %s: no node %s: %s", self.url, text, error)
        rules: list[tuple[PathRule, dict[str, str]]] = [(rule, {}) for rule in self._mapping.rules]
        if rules:
            await _walk(client.nodes.objects, rules, 0, found)
        return found

    async def _published(self, result: ua.PublishResult) -> None:
        """Called for each publish response; its acknowledgement goes out after we return."""
        now = self._clock()
        parcels = []
        for notification in result.NotificationMessage.NotificationData or ():
            if isinstance(notification, ua.DataChangeNotification):
                parcels += [self._parcel(item, now) for item in notification.MonitoredItems]
        known = [parcel for parcel in parcels if parcel is not None]
        if known:
            delivery = _Delivery(len(known))
            for parcel in known:
                parcel.link = delivery
                self._put(parcel)
            await delivery.stored.wait()

    def _parcel(self, item: ua.MonitoredItemNotification, now: datetime) -> Parcel | None:
        target = self._targets.get(item.ClientHandle)
        status = item.Value.StatusCode
        if target is None or (status is not None and status.value == ua.StatusCodes.BadWaitingForInitialData):
            return None  # the server itself has not heard from the device yet: nothing to tell
        value = item.Value.Value.Value if item.Value.Value is not None else None
        if isinstance(value, float) and item.Value.Value.VariantType is ua.VariantType.Float:
            value = float(f"{value:.7g}")  # 4.2 sent as a 32-bit float is 4.2 again
        if isinstance(value, bool | int | float) and (target.scale, target.offset) != (1.0, 0.0):
            value = value * target.scale + target.offset
        at = item.Value.SourceTimestamp or item.Value.ServerTimestamp
        if at is not None and at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        quality = "Good" if status is None or status.is_good() else status.name
        return Parcel(write(target.device, target.metric, value, quality, at, now))


async def _walk(
    parent: Node, rules: list[tuple[PathRule, dict[str, str]]], depth: int, found: list[tuple[ua.NodeId, Target]]
) -> None:
    """Follow the rules down from a node, reading only the branches that some rule can still be in."""
    for child in await parent.get_children_descriptions():
        deeper: list[tuple[PathRule, dict[str, str]]] = []
        for rule, captured in rules:
            fits = rule.steps[depth].fullmatch(child.BrowseName.Name)
            if not fits:
                continue
            now_captured = captured | fits.groupdict()
            if depth + 1 < len(rule.steps):
                deeper.append((rule, now_captured))
            elif child.NodeClass == ua.NodeClass.Variable:
                found.append((_local(child.NodeId), rule.target(now_captured)))
        if deeper:
            await _walk(Node(parent.session, _local(child.NodeId)), deeper, depth + 1, found)


def _local(node: Any) -> ua.NodeId:
    """References name their targets as expanded ids; within a server the plain id is the same node."""
    return ua.NodeId(node.Identifier, node.NamespaceIndex, node.NodeIdType)


async def _node_id(client: Client, text: str) -> ua.NodeId:
    """`ns=2;s=...`, or `nsu=URI;s=...` whose index the server is asked for."""
    if text.startswith("nsu="):
        uri, _, rest = text[4:].partition(";")
        text = f"ns={await client.get_namespace_index(uri)};{rest}"
    return ua.NodeId.from_string(text)
