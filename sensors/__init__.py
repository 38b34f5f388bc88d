"""The field: device types as rows, decoding of payloads, and a believable city that stands in for one."""
