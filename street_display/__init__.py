"""Screens that stand somewhere, and people passing by."""
