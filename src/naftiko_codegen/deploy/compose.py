"""``compose.yaml``: the servers of a package on one machine, with Prometheus and Grafana beside them."""

from __future__ import annotations

from naftiko_codegen.deploy.model import PORT, STOP_SECONDS, Deployment, Server
from naftiko_codegen.read.document import Json

PROMETHEUS = "prom/prometheus:v3.5.0"
GRAFANA = "grafana/grafana:12.1.0"


def compose(deployment: Deployment) -> Json:
    """The whole file; everything is published on loopback only."""
    services: dict[str, Json] = {
        server.key: _service(server, deployment) for server in deployment.servers
    }
    shown = _shown(deployment)
    services["prometheus"] = _prometheus(shown)
    services["grafana"] = _grafana()
    found: dict[str, Json] = {"name": deployment.name, "services": services}
    if shown:
        found["secrets"] = {secret(v): {"environment": v} for v in shown}
    found["volumes"] = {"prometheus": {}, "grafana": {}}
    return found


def secret(variable: str) -> str:
    """The name of the secret with the value of ``variable``."""
    return variable.lower()


def _shown(deployment: Deployment) -> list[str]:
    names = [v for server in deployment.servers for v in server.scrape.variables]
    return list(dict.fromkeys(names))


def _service(server: Server, deployment: Deployment) -> dict[str, Json]:
    variables = {name: f"${{{name}:?set it in .env}}" for name in deployment.required}
    variables |= {name: f"${{{name}:-}}" for name in deployment.optional}
    variables[deployment.variable("ALLOW_HOST")] = server.key
    return {
        "image": deployment.name,
        "build": {
            "context": "../..",
            "dockerfile": f"{deployment.package}/deploy/Dockerfile",
        },
        "command": [text.replace("$", "$$") for text in server.arguments],
        "environment": dict(variables),
        "ports": [f"127.0.0.1:{server.port}:{PORT}"],
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108 - a place of the container's own
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "restart": "unless-stopped",
        "stop_grace_period": f"{STOP_SECONDS}s",
        "deploy": {
            "resources": {"limits": {"cpus": "1", "memory": f"{deployment.memory}M"}}
        },
    }


def _prometheus(shown: list[str]) -> dict[str, Json]:
    found: dict[str, Json] = {
        "image": PROMETHEUS,
        "volumes": [
            "./prometheus.yml:/etc/prometheus/prometheus.yml:ro",
            "prometheus:/prometheus",
        ],
        "ports": ["127.0.0.1:9091:9090"],
        "restart": "unless-stopped",
    }
    if shown:
        found["secrets"] = [secret(variable) for variable in shown]
    return found


def _grafana() -> dict[str, Json]:
    return {
        "image": GRAFANA,
        "environment": {
            "GF_SECURITY_ADMIN_PASSWORD": "${GRAFANA_PASSWORD:?set it in .env}",
            "GF_ANALYTICS_REPORTING_ENABLED": "false",
        },
        "volumes": [
            "./grafana/provisioning:/etc/grafana/provisioning:ro",
            "./grafana/dashboard.json:/etc/grafana/dashboards/dashboard.json:ro",
            "grafana:/var/lib/grafana",
        ],
        "ports": ["127.0.0.1:3000:3000"],
        "depends_on": ["prometheus"],
        "restart": "unless-stopped",
    }
