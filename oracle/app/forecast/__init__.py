"""Forecasting methods beside each other and beside what was metered."""
