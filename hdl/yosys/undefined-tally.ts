/** Where bits without a value turned up. */
export type UndefinedKind = "constants" | "power-on values" | "memory contents" | "unconnected or undriven bits";

/** Counts the bits that Yosys leaves undefined (x) and that are read as 0. */
export class UndefinedTally {
  readonly #counts = new Map<UndefinedKind, number>();
  readonly #first = new Map<UndefinedKind, string>();

  add(kind: UndefinedKind, count: number, place: () => string): void {
    if (count === 0) return;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
    if (!this.#first.has(kind)) this.#first.set(kind, place());
  }

  /** One line that says how many there were and where the first of each kind is, or null where there were none. */
  warning(): string | null {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    if (total === 0) return null;
    const kinds = [...this.#counts].map(([kind, count]) => `${count} in ${kind} (first: ${this.#first.get(kind)})`);
    return `${total} undefined ${total === 1 ? "bit" : "bits"} (x) read as 0: ${kinds.join(", ")}`;
  }
}
