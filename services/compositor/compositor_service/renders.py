"""`python -m compositor_service.renders THREADS`: the process that opens pictures and sets text for the service.

Parts in, parts out: the order as JSON and the pictures it is about, then the outcome as JSON and the files.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from chassis.child_calls import Call, CannotWork, Refused, serve
from compositor_service.imaging.composite import Composite, render_composite
from compositor_service.imaging.decode import decode_rgb
from compositor_service.imaging.files import Placement, Rendered
from compositor_service.imaging.focal import find_focal_point
from compositor_service.imaging.geometry import FocalPoint
from compositor_service.imaging.platform_image import PlatformImageMaker
from compositor_service.orders import (
    CALLS_PER_THREAD,
    CompositeMade,
    CompositeOrder,
    Picture,
    Refusal,
    SizesMade,
    SizesOrder,
)
from compositor_service.typesetting.errors import RenderError, TextEngineMissing
from compositor_service.typesetting.fonts import check_text_engine

P = ParamSpec("P")
R = TypeVar("R")


class Renders:
    """So many renders at once, whoever asked for them."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads)
        self.calls: Mapping[str, Call] = {"composite": self._composite, "sizes": self._sizes}

    def _composite(self, parts: Sequence[bytes]) -> Sequence[bytes]:
        order = CompositeOrder.model_validate_json(parts[0])
        composite, focal = self._done(composited, order, *parts[1:])
        made = CompositeMade(
            **_picture(composite).model_dump(),
            layout=composite.layout,
            contrast=composite.contrast,
            lines=composite.lines,
            logo_box=composite.logo_box,
            focal=focal,
        )
        return made.model_dump_json().encode(), composite.data

    def _sizes(self, parts: Sequence[bytes]) -> Sequence[bytes]:
        order = SizesOrder.model_validate_json(parts[0])
        maker = self._done(PlatformImageMaker, parts[1], order.focal)
        cut = list(self._threads.map(lambda placement: _cut(maker, placement), order.placements))
        outcomes = (one if isinstance(one, Refusal) else _picture(one) for one in cut)
        made = SizesMade(outcomes=tuple(outcomes))
        return made.model_dump_json().encode(), *(one.data for one in cut if isinstance(one, Rendered))

    def _done(self, work: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        try:
            return self._threads.submit(work, *given, **named).result()
        except RenderError as error:
            raise Refused(error.code, str(error)) from error


def composited(order: CompositeOrder, base: bytes, logo: bytes | None = None) -> tuple[Composite, FocalPoint]:
    """One composite, and the focal point it was set around. Raises RenderError."""
    focal = order.focal or find_focal_point(decode_rgb(base))
    return render_composite(base, order.copy_text, order.colours, order.layout, order.targets, focal, logo), focal


def _cut(maker: PlatformImageMaker, placement: Placement) -> Rendered | Refusal:
    try:
        return maker.make(placement)
    except RenderError as error:
        return Refusal(code=error.code, message=str(error))


def _picture(rendered: Rendered) -> Picture:
    return Picture(media_type=rendered.media_type, width=rendered.width, height=rendered.height)


def _check() -> None:
    try:
        check_text_engine()
    except TextEngineMissing as error:
        raise CannotWork(str(error)) from error


if __name__ == "__main__":
    THREADS = int(sys.argv[1])
    serve(Renders(THREADS).calls, _check, CALLS_PER_THREAD * THREADS)
