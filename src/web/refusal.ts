/**
 * A request that is turned away. `message` is what the caller reads; `reason` is a code for the log alone, because
 * telling a forger which check failed helps only the forger.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, reason: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }
}

/** Whatever is wrong with a signature has one answer. */
export function notSigned(reason: string): Refusal {
  return new Refusal(401, reason, 'This request does not carry a valid HubSpot signature for this app.');
}
