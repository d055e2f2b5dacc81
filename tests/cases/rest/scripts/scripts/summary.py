# ruff: noqa: F821
import statistics

weights = [
    ship["weight"] for ship in context["ships"] if ship["flag"] == context["flag"]
]
result = {"count": len(weights), "mean": statistics.mean(weights) if weights else None}
