"""A believable city: what real kitchens would send, computed from a seed. It talks only MQTT, OPC UA and HTTP."""
