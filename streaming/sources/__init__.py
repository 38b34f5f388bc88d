"""The wires. Each file is one wire; all of them hand parcels to one inbox (`base.py`)."""
