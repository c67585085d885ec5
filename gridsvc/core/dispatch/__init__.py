"""Dispatch: who gets an incident, by when, and why."""
