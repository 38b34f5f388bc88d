"""Panels: pure functions from words to components. The scripts in `assets/` fill in what lives."""
