"""Talking to addresses that other people chose, safely: which may be talked to, and connections that lead only there.

Shared by what reads sources (`syncers.http`) and what sends notifications (`curation.notifications.webhook`).
"""
