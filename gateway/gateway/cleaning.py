"""`python -m gateway.cleaning THREADS`: the process that opens what people upload, on behalf of the gateway.

A file in; what is said of the picture as JSON, and the picture, out.
"""

import json
import sys
from collections.abc import Callable, Sequence

from chassis.child_calls import Call, Refused, serve
from gateway import logos, photos
from gateway.pictures import BadPicture, Cleaned


def _call(clean: Callable[[bytes], Cleaned]) -> Call:
    def cleaned(parts: Sequence[bytes]) -> Sequence[bytes]:
        try:
            picture = clean(parts[0])
        except BadPicture as error:
            raise Refused("BAD_PICTURE", str(error)) from error
        said = {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
        return json.dumps(said).encode(), picture.data

    return cleaned


CALLS = {"photo": _call(photos.clean), "logo": _call(logos.clean)}


if __name__ == "__main__":
    serve(CALLS, lambda: None, int(sys.argv[1]))
