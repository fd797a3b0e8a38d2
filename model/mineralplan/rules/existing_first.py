"""Existing mines before new ones (多做存量少做新量): each new licence needs a reason worth its price."""

from __future__ import annotations

from mineralplan.rules.new_licences import NewLicences


class ExistingFirst(NewLicences):
    """New licences of a year beyond the limit (normally 0) carry a price of preference.

    The rows and the value are those of `NewLicences`; what differs is that the plan states a preference, so the
    indicator is expected and its penalty is what a new licence has to save to be worth it.
    """

    name = "existing_first"
    items = "all"
