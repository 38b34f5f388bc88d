"""OPC UA: which node of which server is which metric of which device, and a kitchen server to try it against."""
