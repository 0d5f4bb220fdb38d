/**
 * Reads what the server says without trusting it: HubSpot may answer in the server's place, and card and server are
 * deployed at different times. Small on purpose: the card's package may hold only React and HubSpot's SDK.
 */

/** The value has the wrong shape at `at`, a path such as `$.reasons[0].sentence`. */
export class UnexpectedShapeError extends Error {
  override readonly name = 'UnexpectedShapeError';
  constructor(expected: string, at: string) {
    super(`Expected ${expected} at ${at}.`);
  }
}

/** Returns the value as `T` or throws an UnexpectedShapeError. Unknown fields are ignored: a newer server may add some. */
export type Decoder<T> = (value: unknown, at: string) => T;
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

export const text: Decoder<string> = (value, at) => {
  if (typeof value !== 'string') throw new UnexpectedShapeError('text', at);
  return value;
};

export const truth: Decoder<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw new UnexpectedShapeError('true or false', at);
  return value;
};

export const count: Decoder<number> = (value, at) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new UnexpectedShapeError('a number', at);
  return value;
};

/** A calendar day `YYYY-MM-DD` that exists. */
export const day: Decoder<string> = (value, at) => {
  const known = text(value, at);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(known) || Number.isNaN(Date.parse(known))) {
    throw new UnexpectedShapeError('a day', at);
  }
  return known;
};

/** An ISO 8601 instant. */
export const instant: Decoder<string> = (value, at) => {
  const known = text(value, at);
  if (Number.isNaN(Date.parse(known))) throw new UnexpectedShapeError('a time', at);
  return known;
};

export function oneOf<const T extends string>(values: readonly T[]): Decoder<T> {
  return (value, at) => {
    const known = values.find((candidate) => candidate === value);
    if (known === undefined) throw new UnexpectedShapeError(`one of ${values.join(', ')}`, at);
    return known;
  };
}

export function nullable<T>(decode: Decoder<T>): Decoder<T | null> {
  return (value, at) => (value === null ? null : decode(value, at));
}

export function list<T>(decode: Decoder<T>): Decoder<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new UnexpectedShapeError('a list', at);
    return value.map((item: unknown, index) => decode(item, `${at}[${index}]`));
  };
}

export function shape<Fields extends Record<string, Decoder<unknown>>>(
  fields: Fields,
): Decoder<{ readonly [Name in keyof Fields]: Decoded<Fields[Name]> }> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null) throw new UnexpectedShapeError('an object', at);
    const source = new Map<string, unknown>(Object.entries(value));
    const entries = Object.entries(fields).map(([name, decode]) => [
      name,
      decode(source.get(name), `${at}.${name}`),
    ]);
    // Object.fromEntries forgets which name got which decoder; the mapped type above remembers it.
    return Object.fromEntries(entries) as { readonly [Name in keyof Fields]: Decoded<Fields[Name]> };
  };
}

/** An answer that says by its state what else is in it. */
export function byState<Variants extends Record<string, Decoder<object>>>(
  variants: Variants,
): Decoder<
  {
    [State in keyof Variants & string]: { readonly state: State } & Decoded<Variants[State]>;
  }[keyof Variants & string]
> {
  type Answer = {
    [State in keyof Variants & string]: { readonly state: State } & Decoded<Variants[State]>;
  }[keyof Variants & string];
  const states = Object.keys(variants);
  return (value, at) => {
    const { state } = shape({ state: oneOf(states) })(value, at);
    const decode = variants[state];
    // `oneOf` has just found the state among the variants, and the decoder belongs to it.
    return { state, ...decode?.(value, at) } as Answer;
  };
}
