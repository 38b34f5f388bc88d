"""The drawing: pure functions from small dataclasses to Dash components."""
