/** Reads and writes one port of a running design, or a part of one. */
export interface Access {
  get(): unknown;
  set(value: unknown): void;
  /** `set` in two steps, so that a structure of which one part is refused is not written in part. */
  prepare(value: unknown): void;
  commit(): void;
}

/** An access whose `set` is its two steps. */
export function access(parts: Omit<Access, "set">): Access {
  return {
    ...parts,
    set: (value) => {
      parts.prepare(value);
      parts.commit();
    },
  };
}

/** An access that refuses to be written. */
export function readOnly(get: () => unknown, refuse: () => never): Access {
  return { get, set: refuse, prepare: refuse, commit: refuse };
}
