"""Which deployment a store shows, and what the service may tell of it."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.community.load import load_community
from oracle.community.model import Community
from oracle.service.store.records import InstanceRecord
from oracle.service.store.store import Store


def deployment_facts(deployment: Deployment) -> dict[str, Any]:
    """What its file says that anybody may know."""
    return {
        "contracts": deployment.contracts,
        "schedule": asdict(deployment.schedule),
        "deploy_block": deployment.block,
        "depth": deployment.depth,
        "redemption_wei": str(deployment.terms.redemption),
    }


def community_facts(community: Community) -> dict[str, Any]:
    """`zones`: in the order of the chain's numbers."""
    return {
        "community": community.name,
        "currency": community.currency,
        "timezone": community.timezone,
        "zones": list(community.zones),
    }


def show_deployment(
    store: Store, file: Path, node: str | None, community: Path | None
) -> tuple[Deployment, Community | None]:
    """Make a deployment the one that the store shows, under the id that it has there already.

    What the store knows of it stays. Returns what the files say. Raises UserError, one line, also
    where the node serves another chain.
    """
    deployment = Deployment.load(file)
    if node is not None:
        deployment.check_chain(Client(node))
    facts = deployment_facts(deployment)
    described = None if community is None else load_community(community)
    if described is not None:
        facts |= community_facts(described)
    shown = store.instance()
    if shown is not None and (shown.chain_id, shown.genesis_hash) == (
        deployment.chain_id,
        deployment.genesis.lower(),
    ):
        known = dict(shown.deployment)
        if known.get("contracts") == deployment.contracts:
            _save(store, shown.instance_id, deployment, known | facts)
            return deployment, described
    _save(store, secrets.token_hex(16), deployment, facts)
    return deployment, described


def _save(store: Store, identity: str, deployment: Deployment, facts: dict[str, Any]) -> None:
    store.save_instance(InstanceRecord(identity, deployment.chain_id, deployment.genesis, facts))
