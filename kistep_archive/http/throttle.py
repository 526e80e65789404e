"""When a host may be asked next."""

from dataclasses import dataclass, field

_SLACK = 1.001  # clocks are set right while they run, by half a part in a thousand at most


@dataclass(slots=True)
class Pace:
    """When which host may be asked next. `least`: host -> seconds from one request to the next."""

    least: dict[str, float] = field(default_factory=dict)
    _sent: dict[str, float] = field(default_factory=dict)
    _rests: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, at: float) -> float:
        """Seconds that must pass before the host is asked; 0 or less where it may be asked now."""
        spaced = self._sent[host] + self.least.get(host, 0.0) * _SLACK if host in self._sent else at
        return max(spaced, self._rests.get(host, at)) - at

    def sent(self, host: str, at: float) -> None:
        """A request goes out."""
        self._sent[host] = at

    def leave_alone(self, host: str, at: float, seconds: float) -> None:
        """The host asked for so many seconds of rest."""
        self._rests[host] = max(self._rests.get(host, at), at + seconds * _SLACK)
