"""The Sparkplug B payload as a protobuf message, described by the field numbers of the public specification.

Only what carries a value is described; protobuf skips the rest (metadata, data sets, templates) unread. A pool of its
own keeps our description apart from any other of the same messages in the process.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_F = descriptor_pb2.FieldDescriptorProto
_METRIC = (
    ("name", 1, _F.TYPE_STRING), ("alias", 2, _F.TYPE_UINT64), ("timestamp", 3, _F.TYPE_UINT64),
    ("datatype", 4, _F.TYPE_UINT32), ("is_historical", 5, _F.TYPE_BOOL), ("is_null", 7, _F.TYPE_BOOL),
    ("int_value", 10, _F.TYPE_UINT32), ("long_value", 11, _F.TYPE_UINT64), ("float_value", 12, _F.TYPE_FLOAT),
    ("double_value", 13, _F.TYPE_DOUBLE), ("boolean_value", 14, _F.TYPE_BOOL), ("string_value", 15, _F.TYPE_STRING),
)  # fmt: skip
VALUE_FIELDS = ("int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value")


def _describe() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="sunshine/sparkplug.proto", package="sunshine", syntax="proto2")
    metric = file.message_type.add(name="Metric")
    metric.oneof_decl.add(name="value")
    for name, number, kind in _METRIC:
        field = metric.field.add(name=name, number=number, type=kind, label=_F.LABEL_OPTIONAL)
        if name in VALUE_FIELDS:
            field.oneof_index = 0
    payload = file.message_type.add(name="Payload")
    payload.field.add(name="timestamp", number=1, type=_F.TYPE_UINT64, label=_F.LABEL_OPTIONAL)
    payload.field.add(
        name="metrics", number=2, type=_F.TYPE_MESSAGE, type_name=".sunshine.Metric", label=_F.LABEL_REPEATED
    )
    payload.field.add(name="seq", number=3, type=_F.TYPE_UINT64, label=_F.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("sunshine.Payload"))


Payload = _describe()
BOOLEAN = 11
SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}  # Int8, Int16, Int32, Int64 travel as unsigned numbers
NO_NUMBER = (13, 16, 17, 18, 19)  # DateTime, DataSet, Bytes, File, Template


def rebirth() -> bytes:
    """The command that asks a node to say again what it is and what its aliases mean."""
    payload = Payload()
    payload.metrics.add(name="Node Control/Rebirth", datatype=BOOLEAN, boolean_value=True)
    return bytes(payload.SerializeToString())


def value_of(metric: Any, datatype: int) -> float | int | bool | str | None:
    """The value with its sign; None where the metric says it has none or carries what is no plain value."""
    field = metric.WhichOneof("value")
    if metric.is_null or field is None:
        return None
    value = getattr(metric, field)
    bits = SIGNED_BITS.get(datatype)
    if bits and field in ("int_value", "long_value"):
        value &= (1 << bits) - 1
        return value - (1 << bits) if value >> (bits - 1) else value
    if datatype == BOOLEAN and field != "string_value":
        return bool(value)
    return value
