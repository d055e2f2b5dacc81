"""What Prometheus and Grafana are told: whom to ask, as whom, and where the dashboard is."""

from __future__ import annotations

from naftiko_codegen.deploy.compose import secret
from naftiko_codegen.deploy.model import PORT, Deployment, Scrape, Server
from naftiko_codegen.read.document import Json

_SECONDS = "15s"
_FOLDER = "/run/secrets/"


def scraping(deployment: Deployment) -> Json:
    """``prometheus.yml`` for the servers of ``compose.yaml``."""
    return {
        "global": {"scrape_interval": _SECONDS},
        "scrape_configs": [_job(server) for server in deployment.servers],
    }


def _job(server: Server) -> Json:
    targets: list[Json] = [f"{server.key}:{PORT}"]
    return {
        "job_name": server.name,
        "metrics_path": "/metrics",
        **_shown(server.scrape),
        "static_configs": [{"targets": targets}],
    }


def _shown(scrape: Scrape) -> dict[str, Json]:
    if scrape.token:
        return {"authorization": {"credentials_file": _FOLDER + secret(scrape.token)}}
    if scrape.user:
        return {
            "basic_auth": {
                "username_file": _FOLDER + secret(scrape.user),
                "password_file": _FOLDER + secret(scrape.password),
            }
        }
    return {}


def monitors(deployment: Deployment) -> list[Json]:
    """One ServiceMonitor for each server, for clusters with the operator of Prometheus."""
    return [_monitor(server, deployment) for server in deployment.servers]


def _monitor(server: Server, deployment: Deployment) -> Json:
    def key(variable: str) -> Json:
        return {"name": deployment.name, "key": variable}

    endpoint: dict[str, Json] = {
        "port": "http",
        "path": "/metrics",
        "interval": _SECONDS,
    }
    if server.scrape.token:
        endpoint["authorization"] = {"credentials": key(server.scrape.token)}
    elif server.scrape.user:
        endpoint["basicAuth"] = {
            "username": key(server.scrape.user),
            "password": key(server.scrape.password),
        }
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": server.name},
        "spec": {
            "selector": {"matchLabels": {"app.kubernetes.io/name": server.name}},
            "endpoints": [endpoint],
        },
    }


def sources() -> Json:
    """The data source that Grafana is provisioned with."""
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "Prometheus",
                "uid": "prometheus",
                "type": "prometheus",
                "access": "proxy",
                "url": "http://prometheus:9090",
                "isDefault": True,
            }
        ],
    }


def dashboards() -> Json:
    """Where Grafana finds the dashboard."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": "generated",
                "type": "file",
                "options": {"path": "/etc/grafana/dashboards"},
            }
        ],
    }
