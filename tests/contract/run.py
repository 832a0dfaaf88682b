"""Starts a sandbox and a server, furnishes them with something of everything, and lets schemathesis ask.

Further arguments go to schemathesis, e.g. `--include-path /api/v1/events`.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RAPPORT = os.environ.get("RAPPORT", str(ROOT / "target" / "debug" / "rapport"))
SCHEMATHESIS = pathlib.Path(sys.executable).parent / "schemathesis"
SEED = "20261129"


class Running:
    """A process of the binary whose lines are read until its end."""

    def __init__(self, arguments, folder):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RAPPORT_")}
        self.process = subprocess.Popen(
            [RAPPORT, *arguments], cwd=folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )
        self.lines = []

    def line(self, pattern):
        """What the pattern captures of the first line that fits it."""
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(pattern, line):
                return found.group(1)
        raise SystemExit(f"rapport ended, and said:\n{''.join(self.lines)}")

    def read_on(self):
        """So that it never waits for somebody to read what it says."""
        threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True).start()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


def furnish(admin, public, inmoment, headers):
    """A source, a destination, an alert, a person, and events of every fate."""

    def ask(method, url, body, head=headers):
        data = json.dumps(body).encode()
        request = urllib.request.Request(url, data, {**head, "Content-Type": "application/json"}, method=method)
        return json.load(urllib.request.urlopen(request))

    api = f"{admin}/api/v1"
    key = ask("POST", f"{api}/sources", {"name": "website", "kind": "web"})["write_key"]
    ask("POST", f"{api}/destinations", {
        "name": "inmoment", "username": "demo@example.com", "password": "demo-password",
        "account_token": "NPS-DEMO0001", "base_url": inmoment, "sources": ["website"],
    })
    ask("POST", f"{api}/alerts", {"name": "login", "kind": "halted", "webhook": "http://127.0.0.1:9/hook"})
    ask("POST", f"{api}/people", {"name": "ada", "role": "viewer", "password": "correct horse battery"})
    track = {"type": "track", "userId": "ada", "event": "Submit",
             "integrations": {"Wootric": {"eventType": "create response"}}}
    batch = [
        {"type": "identify", "userId": "ada", "traits": {"email": "ada@example.com"}},
        {**track, "properties": {"feedbackScore": 9, "url": "https://shop.example.com/"}, "context": {"ip": "192.0.2.1"}},
        {**track, "properties": {"feedbackScore": 11, "url": "https://shop.example.com/"}},
        {"type": "page", "userId": "ada"},
    ]
    import base64
    basic = base64.b64encode(f"{key}:".encode()).decode()
    request = urllib.request.Request(
        f"{public}/v1/batch", json.dumps({"batch": batch}).encode(), {"Authorization": f"Basic {basic}"}, method="POST")
    urllib.request.urlopen(request).read()
    wait = urllib.request.Request(f"{api}/status?wait=settled&timeout_ms=30000", headers=headers)
    urllib.request.urlopen(wait).read()


def main():
    with tempfile.TemporaryDirectory(prefix="rapport-contract-") as folder:
        configuration = '[gateway]\nlisten = "127.0.0.1:0"\n[admin]\nlisten = "127.0.0.1:0"\n'
        (pathlib.Path(folder) / "rapport.toml").write_text(configuration)
        sandbox = Running(["sandbox", "--listen", "127.0.0.1:0"], folder)
        server = None
        try:
            inmoment = sandbox.line(r"^base_url = \"(.*)\"$")
            sandbox.read_on()
            server = Running(["serve"], folder)
            ready = server.line(r"accepting events (public=\S+ admin=\S+)")
            server.read_on()
            public, admin = (f"http://{part.split('=')[1]}" for part in ready.split())
            token = (pathlib.Path(folder) / "data" / "admin-token").read_text().strip()
            headers = {"Authorization": f"Bearer {token}"}
            furnish(admin, public, inmoment, headers)
            asked = subprocess.run([
                SCHEMATHESIS, "--config-file", str(HERE / "schemathesis.toml"), "run", f"{admin}/api/v1/openapi.json",
                "--header", f"Authorization: Bearer {token}", "--seed", SEED, *sys.argv[1:],
            ], cwd=folder, check=False)
            ended = server.process.poll()
        finally:
            for process in (server, sandbox):
                if process and process.process.poll() is None:
                    process.end()
        if ended is not None:
            print(f"the server ended with {ended}, and said:\n{''.join(server.lines[-50:])}")
            return 1
        if panics := [line for line in server.lines if "panicked" in line]:
            print(f"the server panicked:\n{''.join(panics)}")
            return 1
        return asked.returncode


if __name__ == "__main__":
    sys.exit(main())
