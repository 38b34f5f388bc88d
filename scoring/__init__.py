"""Judgement: alarms, food-safety index and models; pure, plus the worker that runs them."""
