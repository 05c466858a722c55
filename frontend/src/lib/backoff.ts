// How long to wait before trying again.

export interface BackoffOptions {
  /** Milliseconds of the first wait, before jitter. */
  first: number;
  /** Milliseconds no wait exceeds. */
  longest: number;
  random?: () => number;
}

/**
 * Doubling waits with "equal jitter": between half and all of the doubled time, so that thousands of clients that
 * lost one server do not come back in one instant.
 */
export class Backoff {
  private attempts = 0;
  private readonly random: () => number;

  constructor(private readonly options: BackoffOptions) {
    this.random = options.random ?? Math.random;
  }

  /** Milliseconds to wait now. */
  next(): number {
    const full = Math.min(this.options.longest, this.options.first * 2 ** this.attempts);
    this.attempts += 1;
    return Math.round(full / 2 + (this.random() * full) / 2);
  }

  get tries(): number {
    return this.attempts;
  }

  reset(): void {
    this.attempts = 0;
  }
}

/** What to do after the socket closed with `code` (docs/protocol.md): milliseconds to wait, "backoff" or "never". */
export function afterClose(code: number, random: () => number = Math.random): number | "backoff" | "never" {
  switch (code) {
    case 4400:
    case 4401:
    case 4403:
    case 4409:
      return "never";
    case 4408:
      return 0;
    case 4429:
      return 10_000;
    case 1012:
      return 1_000 + Math.round(random() * 4_000);
    default:
      return "backoff";
  }
}
