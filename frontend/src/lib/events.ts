// Typed listeners, and a store whose readers are told at most once a frame.

export class Emitter<Events extends Record<string, unknown>> {
  private readonly listeners = new Map<keyof Events, Set<(value: never) => void>>();

  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const set = this.listeners.get(name) ?? new Set();
    set.add(listener as (value: never) => void);
    this.listeners.set(name, set);
    return () => set.delete(listener as (value: never) => void);
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) (listener as (value: Events[Name]) => void)(value);
  }
}

type Schedule = (run: () => void) => void;

/** With the next frame; in a page that is or becomes hidden, where frames stop, soon after. */
const nextFrame: Schedule = (run) => {
  let done = false;
  const once = () => {
    if (!done) run();
    done = true;
  };
  if (typeof requestAnimationFrame === "function") requestAnimationFrame(once);
  setTimeout(once, 100);
};

export class Store<State extends object> {
  private readonly readers = new Set<(state: State) => void>();
  private scheduled = false;

  constructor(
    public state: State,
    private readonly schedule: Schedule = nextFrame,
  ) {}

  /** Change some of the state; readers hear of it with the next frame, however many changes there were. */
  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => {
      this.scheduled = false;
      for (const reader of [...this.readers]) reader(this.state);
    });
  }

  /** Call `reader` now and after every change. */
  subscribe(reader: (state: State) => void): () => void {
    this.readers.add(reader);
    reader(this.state);
    return () => this.readers.delete(reader);
  }
}
