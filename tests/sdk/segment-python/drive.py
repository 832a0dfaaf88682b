"""Sends the two sample events of the destination's document with Segment's Python SDK, which needs nothing but another host.

The SDK keeps one queue and sends it in order, so identify and track travel in one batch; `shutdown()` returns
when the queue is empty, and `on_error` is the only place where it says that a batch was given up.
"""

import argparse
import sys

from segment.analytics.client import Client


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--url", "--write-key", "--user-id", "--email"):
        parser.add_argument(name, required=True)
    return parser.parse_args()


def main():
    options = arguments()
    failures = []
    client = Client(
        options.write_key,
        host=options.url,
        gzip=True,
        max_retries=1,
        on_error=lambda error, batch: failures.append(error),
    )
    client.identify(
        options.user_id,
        {"email": options.email, "name": "Ada", "plan": "pro", "createdAt": "2021-01-20T13:39:21.032Z"},
    )
    client.track(
        options.user_id,
        "Submit",
        {
            "feedbackScore": 9,
            "feedbackText": "Great Product!",
            "ip": "127.0.0.0",
            "url": "https://www.google.com/",
            "createdAt": "2022-01-20T13:39:21.032Z",
        },
        integrations={"Wootric": {"eventType": "create response"}},
    )
    client.shutdown()
    for error in failures:
        print(f"segment-analytics-python: {type(error).__name__}: {error}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
