"""gzip for public answers and assets, by flask-compress: a page of full services becomes a fifth, a script a third.

Only what is open to every origin (`any_origin`), and the styles and scripts of pages: they hold no secret whose letters
could be guessed from a packed length. A packed answer is another representation (RFC 9110 §8.8.3), so flask-compress
lets its tag end in `:gzip`; `etag` cuts that off what clients send back, so views compare versions only. Streams stay
streams, in constant memory. Where a gateway in front packs all the rest, it leaves what is packed here alone.
"""

from flask import Flask, Response, request
from flask_compress import Compress

from service_kit.web import cors

_SETTINGS = {
    "COMPRESS_ALGORITHM": ["gzip"],
    "COMPRESS_ALGORITHM_STREAMING": ["gzip"],
    "COMPRESS_LEVEL": 4,
    "COMPRESS_MIMETYPES": ["application/json", "application/x-ndjson", "text/css", "text/javascript"],
    "COMPRESS_MIN_SIZE": 1_000,  # bytes; less is not worth it
    "COMPRESS_EVALUATE_CONDITIONAL_REQUEST": False,  # views have answered 304 before they made a body
    "COMPRESS_REGISTER": False,  # the hook below decides what is packed
}


def install(app: Flask) -> None:
    """Pack what open routes answer, and assets, for clients that unpack gzip."""
    app.config.update(_SETTINGS)
    compress = Compress(app)

    def pack(response: Response) -> Response:
        if not (cors.is_open(app, request.endpoint) or (request.endpoint or "").endswith(".static")):
            return response
        response.vary.add("Accept-Encoding")
        # flask-compress takes `gzip;q=0` for a yes
        return compress.after_request(response) if request.accept_encodings.quality("gzip") > 0 else response

    app.after_request(pack)
