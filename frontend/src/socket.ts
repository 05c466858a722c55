// The one websocket: commands with answers, events, and coming back after every kind of loss (docs/protocol.md).

import { Backoff, afterClose } from "./lib/backoff";
import { Emitter } from "./lib/events";
import { t } from "./lib/words";
import type { Frame } from "./types";

export type SocketState = "idle" | "connecting" | "open" | "waiting" | "offline" | "closed";

export class CommandError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "CommandError";
  }

  /** Whether the command may not have reached the server. */
  get passing(): boolean {
    return this.code === "socket.closed" || this.code === "socket.timeout";
  }
}

const COMMAND_MS = 8_000;
/** The server pings every 20 s: silence for two and a half rounds is a dead connection. */
const SILENCE_MS = 50_000;
const OPEN_MS = 10_000;

interface Waiting {
  resolve: (data: unknown) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

type SocketEvents = {
  frame: Frame;
  state: SocketState;
  /** The connection is new: whatever was said on the last one must be said again. */
  welcome: { user: string | null; version: string };
};

export class LiveSocket extends Emitter<SocketEvents> {
  state: SocketState = "idle";
  /** The code of the last close; 0 before. */
  closeCode = 0;
  private socket: WebSocket | null = null;
  private readonly waiting = new Map<string, Waiting>();
  private readonly backoff = new Backoff({ first: 500, longest: 15_000 });
  private lastRef = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private welcomed = false;

  constructor(private readonly url: string) {
    super();
    window.addEventListener("online", () => this.retryNow());
    window.addEventListener("offline", () => this.goOffline());
    // A page that was put to sleep may hold a dead connection, or be in a long wait.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.state === "waiting") this.retryNow();
    });
  }

  /** Open, and stay open until the server forbids it. Calling it again does nothing. */
  open(): void {
    if (this.state === "idle") this.connect();
  }

  get isOpen(): boolean {
    return this.state === "open";
  }

  /** Send a command and return the data of its reply. Raises CommandError with the server's code, or ours. */
  command<Answer = unknown>(type: string, data: Record<string, unknown>): Promise<Answer> {
    if (!this.isOpen || !this.socket) {
      return Promise.reject(new CommandError("socket.closed", t("There is no connection right now.")));
    }
    this.lastRef += 1;
    const ref = String(this.lastRef);
    const answer = new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(ref);
        reject(new CommandError("socket.timeout", t("The server takes too long to answer. Try again.")));
      }, COMMAND_MS);
      this.waiting.set(ref, { resolve: resolve as (data: unknown) => void, reject, timer });
    });
    this.write({ type, ref, data });
    return answer;
  }

  private write(frame: Record<string, unknown>): void {
    this.socket?.send(JSON.stringify(frame));
  }

  private connect(): void {
    clearTimeout(this.retryTimer);
    if (this.state !== "offline") this.setState("connecting");
    this.welcomed = false;
    this.socket?.close();
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onmessage = (message) => {
      if (socket === this.socket) this.receive(String(message.data));
    };
    socket.onclose = (closed) => {
      if (socket === this.socket) this.lost(closed.code);
    };
    this.expectSound(OPEN_MS);
  }

  private receive(text: string): void {
    this.expectSound(SILENCE_MS);
    let frame: Frame & { ref?: string; ok?: boolean; error?: { code: string; message: string } };
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (frame.type === "ping") {
      this.write({ type: "pong", data: frame.data ?? {} });
    } else if (frame.type === "reply") {
      this.settle(frame);
    } else if (frame.type === "welcome") {
      this.welcomed = true;
      this.backoff.reset();
      this.setState("open");
      this.emit("welcome", frame.data as SocketEvents["welcome"]);
    } else {
      this.emit("frame", frame);
    }
  }

  private settle(frame: { ref?: string; ok?: boolean; data?: unknown; error?: { code: string; message: string } }): void {
    const waiting = this.waiting.get(frame.ref ?? "");
    if (!waiting) return;
    this.waiting.delete(frame.ref ?? "");
    clearTimeout(waiting.timer);
    if (frame.ok) waiting.resolve(frame.data);
    else waiting.reject(new CommandError(frame.error?.code ?? "error", frame.error?.message ?? t("That did not work.")));
  }

  /** Treat the connection as dead unless something arrives within `ms`. */
  private expectSound(ms: number): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.drop(), ms);
  }

  /** Give up this connection without waiting for its close (a dead network never delivers one). */
  private drop(): void {
    const socket = this.socket;
    if (!socket) return;
    this.lost(1006);
    socket.close();
  }

  private lost(code: number): void {
    this.socket = null;
    this.closeCode = code;
    clearTimeout(this.silenceTimer);
    for (const [ref, waiting] of this.waiting) {
      clearTimeout(waiting.timer);
      this.waiting.delete(ref);
      waiting.reject(new CommandError("socket.closed", t("The connection was lost.")));
    }
    const wait = afterClose(code);
    if (wait === "never") return this.setState("closed");
    // Without a network a server on this machine still answers: go on trying, but call it by its name.
    this.setState(navigator.onLine ? "waiting" : "offline");
    // "At once" is for a connection that had worked; else a server that always says so would be called in a loop.
    const ms = wait === "backoff" || !this.welcomed ? this.backoff.next() : wait;
    this.retryTimer = setTimeout(() => this.connect(), ms);
  }

  private retryNow(): void {
    if (this.state !== "waiting" && this.state !== "offline") return;
    this.backoff.reset();
    this.connect();
  }

  /** The system says that the network is gone; a dead connection would take a minute to show it. */
  private goOffline(): void {
    if (this.socket) this.drop();
    else if (this.state === "waiting") this.setState("offline");
  }

  private setState(state: SocketState): void {
    if (this.state === state) return;
    this.state = state;
    this.emit("state", state);
  }
}
