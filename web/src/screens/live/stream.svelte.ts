// The connection to the live stream, which is opened, watched, and opened again.
import { api } from "../../lib/api/client.ts";
import type { LiveEvent, LiveFilter, LiveGap, LiveOutcome } from "../../lib/api/live.ts";
import { backOff } from "./log.ts";

export type Connection = "connecting" | "open" | "lost";

export interface Heard {
  received(event: LiveEvent): void;
  outcome(told: LiveOutcome): void;
  gap(missed: number | null, why: string): void;
}

/** The server says something at least every few seconds; after so long a silence nobody is there any more. */
const SILENCE = 60_000;

export class Stream {
  state = $state<Connection>("connecting");
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private tries = 0;
  private heardAt = 0;
  private wasOpen = false;

  constructor(
    private readonly filter: LiveFilter,
    private readonly heard: Heard,
  ) {
    this.open();
    this.watch = setInterval(() => {
      if (this.state === "open" && Date.now() - this.heardAt > SILENCE) this.again();
    }, 5_000);
  }

  close() {
    clearTimeout(this.timer);
    clearInterval(this.watch);
    this.source?.close();
    this.source = null;
  }

  /** Tries at once, however long it would have waited. */
  now() {
    clearTimeout(this.timer);
    this.tries = 0;
    this.open();
  }

  private open() {
    this.source?.close();
    const source = new EventSource(api.liveUrl(this.filter));
    this.source = source;
    const on = (name: string, act: (data: unknown) => void) =>
      source.addEventListener(name, (message) => {
        this.heardAt = Date.now();
        try {
          act(JSON.parse((message as MessageEvent<string>).data));
        } catch {
          // A message that cannot be read is left out; the next one may be readable.
        }
      });
    source.onopen = () => {
      this.tries = 0;
      this.heardAt = Date.now();
      this.state = "open";
      this.wasOpen = true;
    };
    // The browser reconnects by itself if it can, and says where to continue. If it cannot, such as after an error of the
    // server, this code does.
    source.onerror = () => {
      this.state = "lost";
      if (source.readyState === EventSource.CLOSED) this.again();
    };
    on("received", (data) => this.heard.received(data as LiveEvent));
    on("outcome", (data) => this.heard.outcome(data as LiveOutcome));
    on("gap", (data) => {
      const gap = data as LiveGap;
      this.heard.gap(gap.missed, gap.why);
    });
    on("ping", () => undefined);
  }

  private again() {
    this.source?.close();
    this.state = "lost";
    if (this.wasOpen) this.heard.gap(null, "the connection was lost, and events that arrived in the meantime are not shown");
    this.wasOpen = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // If the session has ended, the person signs in again here, and the stream continues afterwards.
      api.me().then(
        () => this.source && this.open(),
        () => this.source && this.again(),
      );
    }, backOff(this.tries));
    this.tries += 1;
  }
}
