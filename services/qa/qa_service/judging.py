"""The rules at work: kits that are to be judged are judged, unless they have moved on meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from chassis import crashpoints
from chassis.subscriptions import Work
from chassis.transaction import Transaction
from contracts.qa import QaRequested, QaWithdrawn
from qa_service import due_store, kit_store
from qa_service.domain import Finding, Judged
from qa_service.kit import Kit, rules_basis
from qa_service.report import Found
from qa_service.reporting import Judgement, keep
from qa_service.service import review_if_wanted


@dataclass(frozen=True, slots=True)
class Rules:
    """One set of deterministic rules; another name means that they may find something else."""

    name: str
    judge: Callable[[Judged], list[Finding]]

    async def found(self, judged: Judged) -> list[Finding]:
        """What they find; in a thread, since it takes a tenth of a second."""
        return await asyncio.to_thread(self.judge, judged)


class RulesWorker:
    """Judges what was asked for, one request after another."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def run(self, event: QaRequested, work: Work) -> None:
        """Makes a report by the rules. A full one is a job's."""
        kit = await self._kit(event, work) if event.mode == "rules" else None
        if kit is None:
            async with work.finish() as tx:
                if event.mode == "rules":
                    await _put_back(tx, event)
            return
        found = Found(await self._rules.found(kit.judged()))
        crashpoints.reach("after_judging")
        async with work.finish() as tx:
            if await kit_store.lock_campaign(tx.conn, event.campaign_id):
                report = await keep(
                    tx, self._judgement(kit, found), event.report_id, "rules", requested_by=event.requested_by
                )
                await review_if_wanted(tx, kit, report)

    async def bury(self, event: QaRequested, work: Work) -> None:
        """The request was given up: asked again, or once something changed, it is tried anew."""
        async with work.finish() as tx:
            await _withdraw(tx, event)

    async def _kit(self, event: QaRequested, work: Work) -> Kit | None:
        """What the request is about, if it is still so."""
        async with work.transaction() as tx:
            kit = await kit_store.kit(tx.conn, event.campaign_id, tx.team_id)
            asked_on = await due_store.automatic_basis(tx.conn, event.report_id)
        if kit is None or kit.manifest != event.manifest:
            return None
        return kit if asked_on in (None, rules_basis(kit, self._rules.name)) else None

    def _judgement(self, kit: Kit, found: Found) -> Judgement:
        held_to = (kit.brand_version, kit.brief_version)
        return Judgement(kit.campaign_id, kit.manifest, kit.hashes, *held_to, self._rules.name, found)


async def _put_back(tx: Transaction, event: QaRequested) -> None:
    # Marked before it is withdrawn, in the order of whoever picks: content may be back at what was asked for by now.
    await due_store.mark(tx.conn, event.campaign_id, tx.context)
    await _withdraw(tx, event)


async def _withdraw(tx: Transaction, event: QaRequested) -> None:
    await due_store.withdraw(tx.conn, event.report_id)
    tx.emit(QaWithdrawn(campaign_id=event.campaign_id, report_id=event.report_id), subject=event.report_id)
