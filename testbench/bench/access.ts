/** Reads and writes one port of a running design, or a part of one. */
export interface Access {
  get(): unknown;
  set(value: unknown): void;
}
