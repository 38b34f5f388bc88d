"""The drawing: pure functions from small facts to Dash components. Knows nothing of the house."""
