"""Kubernetes objects: for each server a Deployment, a Service, a HorizontalPodAutoscaler and a PodDisruptionBudget."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.deploy.model import (
    PORT,
    STOP_SECONDS,
    USER,
    Deployment,
    Server,
)
from naftiko_codegen.read.document import Json

_REPLICAS = 2
_MOST_REPLICAS = 10
_CPU_PERCENT = 70


def objects(deployment: Deployment) -> Iterator[Json]:
    """All of them; the Secret, named as the package, is made from ``.env``."""
    for server in deployment.servers:
        yield _deployment(server, deployment)
        yield _service(server)
        yield _autoscaler(server)
        yield _budget(server)


def _labels(server: Server) -> dict[str, Json]:
    return {"app.kubernetes.io/name": server.name}


def _object(version: str, kind: str, server: Server, spec: Json) -> Json:
    labels = {**_labels(server), "app.kubernetes.io/component": server.kind}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": server.name, "labels": labels},
        "spec": spec,
    }


def _deployment(server: Server, deployment: Deployment) -> Json:
    spec: Json = {
        "selector": {"matchLabels": _labels(server)},
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
        },
        "template": {
            "metadata": {"labels": _labels(server)},
            "spec": {
                "automountServiceAccountToken": False,
                "enableServiceLinks": False,
                "terminationGracePeriodSeconds": STOP_SECONDS,
                "securityContext": {
                    "runAsNonRoot": True,
                    "runAsUser": USER,
                    "runAsGroup": USER,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [_container(server, deployment)],
                "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
            },
        },
    }
    return _object("apps/v1", "Deployment", server, spec)


def _container(server: Server, deployment: Deployment) -> Json:
    return {
        "name": server.kind,
        "image": f"{deployment.name}:latest",
        "args": [text.replace("$", "$$") for text in server.arguments],
        "env": list(_environment(server, deployment)),
        "ports": [{"name": "http", "containerPort": PORT}],
        "startupProbe": {**_probe("/healthz"), "periodSeconds": 1, "failureThreshold": 60},
        "livenessProbe": {**_probe("/healthz"), "periodSeconds": 10, "failureThreshold": 3},
        "readinessProbe": {**_probe("/readyz"), "periodSeconds": 2, "failureThreshold": 2},
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "1", "memory": f"{deployment.memory}Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108
    }  # fmt: skip


def _environment(server: Server, deployment: Deployment) -> Iterator[Json]:
    for names, optional in ((deployment.required, False), (deployment.optional, True)):
        for name in names:
            source: dict[str, Json] = {"name": deployment.name, "key": name}
            if optional:
                source["optional"] = True
            yield {"name": name, "valueFrom": {"secretKeyRef": source}}
    field = {"fieldPath": "metadata.namespace"}
    yield {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": field}}
    inside = f"{server.name}.$(POD_NAMESPACE)"
    hosts = (server.name, inside, f"{inside}.svc", f"{inside}.svc.cluster.local")
    yield {"name": deployment.variable("ALLOW_HOST"), "value": ",".join(hosts)}


def _probe(path: str) -> dict[str, Json]:
    return {"httpGet": {"path": path, "port": "http"}, "timeoutSeconds": 3}


def _service(server: Server) -> Json:
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    return _object("v1", "Service", server, {"selector": _labels(server), "ports": ports})  # fmt: skip


def _autoscaler(server: Server) -> Json:
    target = {"type": "Utilization", "averageUtilization": _CPU_PERCENT}
    spec: Json = {
        "scaleTargetRef": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": server.name,
        },
        "minReplicas": _REPLICAS,
        "maxReplicas": _MOST_REPLICAS,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }  # fmt: skip
    return _object("autoscaling/v2", "HorizontalPodAutoscaler", server, spec)


def _budget(server: Server) -> Json:
    spec: Json = {"maxUnavailable": 1, "selector": {"matchLabels": _labels(server)}}
    return _object("policy/v1", "PodDisruptionBudget", server, spec)
