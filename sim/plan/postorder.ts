/**
 * All nodes from 0 to `count` − 1 that are reached from the roots, each after those that it follows: depth first, in the
 * order of the roots, without recursion. The graph has no cycles.
 */
export function postorder(
  count: number,
  roots: Iterable<number>,
  follow: (node: number) => readonly number[],
): number[] {
  const walk = new Postorder(count, follow);
  const order: number[] = [];
  for (const root of roots) walk.visit(root, (node) => order.push(node));
  return order;
}

/** A walk that can be continued from one root after the other. */
export class Postorder {
  readonly #seen: Uint8Array;
  readonly #follow: (node: number) => readonly number[];

  constructor(count: number, follow: (node: number) => readonly number[]) {
    this.#seen = new Uint8Array(count);
    this.#follow = follow;
  }

  /** Leaves every node that was not reached before, those it follows first. */
  visit(root: number, leave: (node: number) => void): void {
    if (this.#seen[root] !== 0) return;
    this.#seen[root] = 1;
    const path = [{ node: root, next: this.#follow(root), at: 0 }];
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      const child = frame.next[frame.at++];
      if (child === undefined) {
        leave(frame.node);
        path.pop();
      } else if (this.#seen[child] === 0) {
        this.#seen[child] = 1;
        path.push({ node: child, next: this.#follow(child), at: 0 });
      }
    }
  }
}
