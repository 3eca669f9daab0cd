"""Make the plan of a draft in a thread, beside the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.local.renders.planner import Planner, segment_keys, size_warning
from nemomusic.local.storage.drafts import parse_json

if TYPE_CHECKING:
    from nemomusic.engine.types import RenderPlan
    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import Asset


async def make_plan(
    service: Service, user_id: str, draft: str
) -> tuple[RenderPlan, list[Asset], tuple[str, ...]]:
    """Return the plan of a user's draft, the files that it uses, and warnings about its size.

    Args:
        service: The service. Its store is read in the event loop. The rest is done in a thread.
        user_id: Only files of this user are found.
        draft: JSON text.

    Raises:
        DraftError: The draft can't be rendered.
    """
    read = await service.in_thread(parse_json, draft)
    keys = await service.in_thread(segment_keys, read)
    assets = {}
    for key in keys:
        asset = service.store.asset(key)
        if asset is not None and asset.user_id == user_id:
            assets[key] = asset
    analyses = {
        asset.hash: service.store.analysis(asset.hash)
        for asset in assets.values()
        if asset.kind == "video"
    }
    planner = Planner(
        assets.get, service.asset_path, lambda asset: analyses.get(asset.hash), service.limits
    )
    plan = await service.in_thread(planner.plan, read)
    return plan, list(assets.values()), size_warning(read, plan)
