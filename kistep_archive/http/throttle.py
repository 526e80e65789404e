"""The pace of requests to each host."""

from dataclasses import dataclass, field

_SLACK = 1.001  # running clocks are adjusted, by at most half a part in a thousand


@dataclass(slots=True)
class Pace:
    """When each host may receive the next request. `least`: host -> minimum seconds between two requests."""

    least: dict[str, float] = field(default_factory=dict)
    _sent: dict[str, float] = field(default_factory=dict)
    _rests: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, at: float) -> float:
        """Seconds until the host may receive a request; 0 or less means now."""
        spaced = self._sent[host] + self.least.get(host, 0.0) * _SLACK if host in self._sent else at
        return max(spaced, self._rests.get(host, at)) - at

    def sent(self, host: str, at: float) -> None:
        """Notes that a request goes out."""
        self._sent[host] = at

    def leave_alone(self, host: str, at: float, seconds: float) -> None:
        """Notes that the host wants no request for so many seconds."""
        self._rests[host] = max(self._rests.get(host, at), at + seconds * _SLACK)
