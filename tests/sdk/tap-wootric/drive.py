"""Runs Singer's tap for Wootric, unmodified, against another host than Wootric's.

The tap has its host in its source. So the transport below `requests` is told to send to --url what is meant for
https://api.wootric.com, and to refuse everything else: the tap makes its own calls, and reads the real replies.
What it prints are Singer's messages, one a line.
"""

import argparse
import json
import sys
import tempfile
from urllib.parse import urlsplit, urlunsplit

import requests.adapters
import tap_wootric

MEANT = ("https", "api.wootric.com")


def redirect(url):
    """Has every request for Wootric's host go to this one."""
    there = urlsplit(url)
    send = requests.adapters.HTTPAdapter.send

    def send_there(self, request, **options):
        meant = urlsplit(request.url)
        if (meant.scheme, meant.netloc) != MEANT:
            raise requests.exceptions.ConnectionError(f"the tap calls {meant.netloc}")
        request.url = urlunsplit((there.scheme, there.netloc, meant.path, meant.query, ""))
        options["proxies"] = {}
        return send(self, request, **options)

    requests.adapters.HTTPAdapter.send = send_there


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--url", "--client-id", "--client-secret", "--start-date"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    redirect(options.url)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as config:
        json.dump(
            {
                "client_id": options.client_id,
                "client_secret": options.client_secret,
                "start_date": options.start_date,
            },
            config,
        )
        config.flush()
        sys.argv = ["tap-wootric", "--config", config.name]
        tap_wootric.main()


if __name__ == "__main__":
    main()
