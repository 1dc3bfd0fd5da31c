"""Our rules and a person's own, as one matcher."""

from __future__ import annotations

from collections.abc import Collection

from antifraud_cli.messages.matcher import Hit, Matcher, Stopped


class LayeredMatcher:
    """Finds what two matchers find, less what was replaced or switched off."""

    def __init__(self, ours: Matcher, own: Matcher, first: int, off: Collection[int]) -> None:
        """`first`: the number of the first own rule among all; `off`: the numbers of ours that do not count."""
        self.ours, self.own, self.first, self.off = ours, own, first, off

    def hits(self, text: str) -> list[Hit]:
        """Every rule that the text holds, once each, in the order of their first place."""
        found = [hit for hit in self.ours.hits(text) if hit.rule not in self.off]
        own = self.own.hits(text)
        if own:
            found += [Hit(hit.rule + self.first, hit.spans) for hit in own]
            found.sort(key=lambda hit: (hit.spans[0], hit.rule))
        return found

    def stopped(self, text: str) -> list[Stopped]:
        """Every rule with a pattern in the text that was not found, or does not count because it is off."""
        found = [one for one in self.ours.stopped(text) if one.rule not in self.off]
        found += [
            Stopped(hit.rule, hit.spans, "off", hit.spans[0]) for hit in self.ours.hits(text) if hit.rule in self.off
        ]
        found += [one._replace(rule=one.rule + self.first) for one in self.own.stopped(text)]
        return sorted(found, key=lambda one: (one.spans[0], one.rule))
