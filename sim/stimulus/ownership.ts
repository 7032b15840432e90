import type { Vector, VectorCode } from "./vector-code.ts";

/** Which locals of a function are kept from item to item, and what is at hand in which part of it. */
export class Ownership {
  readonly #to: VectorCode;
  readonly #owned = new Set<Vector>();
  /** What is to be done at the end of the scope being written, null outside any. */
  #endings: (() => void)[] | null = null;

  constructor(to: VectorCode) {
    this.#to = to;
  }

  has(vector: Vector): boolean {
    return this.#owned.has(vector);
  }

  /** Keeps locals until they are given back. */
  take(vectors: readonly Vector[]): void {
    for (const vector of vectors) this.#owned.add(vector);
  }

  /** Lets others have locals. */
  giveBack(vectors: readonly Vector[]): void {
    for (const vector of vectors) this.#owned.delete(vector);
    this.#to.release(vectors);
  }

  /** Ends an item: locals that nobody took are free again. */
  endItem(): void {
    this.#to.end(this.#owned);
  }

  /** Writes code that may be skipped, and so may what is set in it. */
  scope(body: () => void): void {
    const outer = this.#endings;
    const own: (() => void)[] = [];
    this.#endings = own;
    body();
    this.#endings = outer;
    for (const end of own) end();
  }

  /** Has something done at the end of the scope being written, if there is one. */
  atEndOfScope(end: () => void): void {
    this.#endings?.push(end);
  }
}
