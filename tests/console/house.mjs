// A folder with a running server, a local InMoment, and what a test needs to fill and to ask them: the real binary, a real
// journal, free ports.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const TARGET = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../target");
const RAPPORT = path.resolve(process.env.RAPPORT_BIN ?? path.join(TARGET, "debug/rapport"));

/** The sandbox's login. */
export const LOGIN = { username: "demo@example.com", password: "demo-password", account_token: "NPS-DEMO0001" };
export const ADMINISTRATOR = { name: "grace", password: "correct horse battery staple" };

/** The caller's environment, without what the binary would look at or a proxy would change. */
function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^RAPPORT_|^CREDENTIALS_DIRECTORY$|_proxy$/i.test(name));
  return Object.fromEntries(kept);
}

/** A process whose lines are read until the end. */
class Running {
  lines = [];
  #child;
  #ended;
  #waiting = [];

  constructor(args, cwd) {
    this.#child = spawn(RAPPORT, args, { cwd, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        this.#wake();
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#gone(resolve, error.message));
      this.#child.once("close", (code, signal) => this.#gone(resolve, `ended with ${code ?? signal}`));
    });
  }

  #gone(resolve, why) {
    this.gone = why;
    this.#wake();
    resolve();
  }

  #wake() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** What the pattern captures of the first line that fits it. */
  async line(pattern) {
    for (;;) {
      const found = this.lines.map((line) => line.match(pattern)).find(Boolean);
      if (found) return found[1];
      if (this.gone) throw new Error(`rapport ${this.gone}, and said:\n${this.lines.join("\n")}`);
      await new Promise((resolve) => this.#waiting.push(resolve));
    }
  }

  async end() {
    if (!this.gone) this.#child.kill("SIGTERM");
    await this.#ended;
  }
}

/** Runs a command of the binary to its end. */
function run(args, cwd) {
  return new Promise((resolve) => {
    execFile(RAPPORT, args, { cwd, env: environment() }, (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
  });
}

/** What went wrong with a request, with the server's own words. */
class Refused extends Error {
  constructor(method, url, status, text) {
    super(`${method} ${url}: ${status} ${text}`);
    this.status = status;
  }
}

async function fetchJson(method, url, { headers = {}, body } = {}) {
  const json = body === undefined ? {} : { "Content-Type": "application/json" };
  const reply = await fetch(url, { method, headers: { ...json, ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await reply.text();
  if (!reply.ok) throw new Refused(method, url, reply.status, text);
  return text ? JSON.parse(text) : null;
}

export class House {
  /** Starts a sandbox and a server in an empty folder. `people`: is there an administrator already? `admin`: more of `[admin]`. */
  static async start({ limit, people = true, admin = "" } = {}) {
    const house = new House();
    house.folder = await mkdtemp(path.join(tmpdir(), "rapport-console-"));
    house.sandboxProcess = new Running(["sandbox", "--listen", "127.0.0.1:0", ...(limit ? ["--limit", limit] : [])], house.folder);
    house.inmoment = await house.sandboxProcess.line(/^base_url = "(.*)"$/);
    house.control = await house.sandboxProcess.line(/^faults, .*request log and state: (.*)$/);
    await writeFile(path.join(house.folder, "rapport.toml"), '[gateway]\nlisten = "127.0.0.1:0"\n[admin]\nlisten = "127.0.0.1:0"\n' + admin);
    await house.serve();
    if (people) await house.api("POST", "people", { ...ADMINISTRATOR, role: "administrator" });
    return house;
  }

  async serve() {
    this.server = new Running(["serve"], this.folder);
    this.public = `http://${await this.server.line(/accepting events public=(\S+)/)}`;
    this.admin = `http://${await this.server.line(/accepting events .*admin=(\S+)/)}`;
    this.token = (await readFile(path.join(this.folder, "data/admin-token"), "utf8")).trim();
  }

  async stop() {
    await this.server?.end();
    await this.sandboxProcess?.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Asks the admin API as administrator, or with another token. */
  api(method, what, body, token = this.token) {
    return fetchJson(method, `${this.admin}/api/v1/${what}`, { headers: { Authorization: `Bearer ${token}` }, body });
  }

  /** The status a request is refused with; the status 200 when it is not. */
  async refusal(method, what, body, token) {
    try {
      await this.api(method, what, body, token);
      return 200;
    } catch (thrown) {
      if (thrown instanceof Refused) return thrown.status;
      throw thrown;
    }
  }

  /** Asks the sandbox's control port. */
  sandbox(method, what, body) {
    return fetchJson(method, `${this.control}/${what}`, { body });
  }

  /** Makes a source; its write key. */
  async source(name = "website", kind = "web") {
    return (await this.api("POST", "sources", { name, kind })).write_key;
  }

  /** Makes a destination that delivers to the sandbox. */
  destination(name = "inmoment", more = {}) {
    return this.api("POST", "destinations", { name, ...LOGIN, base_url: this.inmoment, sources: ["website"], ...more });
  }

  /** Sends events with `rapport send`. */
  async send(events, writeKey) {
    const file = path.join(this.folder, `events-${(this.sent = (this.sent ?? 0) + 1)}.ndjson`);
    await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const { code, out, err } = await run(["send", file, "--url", this.public, `--write-key=${writeKey}`], this.folder);
    if (code !== 0) throw new Error(`rapport send ended with ${code}: ${out}${err}`);
  }

  /** The link that makes the first administrator. There is no terminal, so it lies in a file, and the log says where. */
  async setupLink() {
    return (await readFile(await this.server.line(/ file=(\S+setup-link)/), "utf8")).trim();
  }

  /** The status once nothing is pending. */
  async settled() {
    const status = await this.api("GET", "status?wait=settled");
    if (!status.settled) throw new Error(`not settled: ${JSON.stringify(status)}`);
    return status;
  }

  /** Stops the server and starts it again: what it knows then is what the journal holds. */
  async restart() {
    await this.server.end();
    await this.serve();
  }
}
