/**
 * Strongly connected components of the graph on 0 to `count` − 1 whose edges are listed by `follow` (Tarjan, without
 * recursion). Components come in an order in which every component follows those it has edges to; members of one are in
 * no particular order. Time and memory are linear in nodes and edges; each node's edges are listed once.
 */
export function components(count: number, follow: (node: number) => ArrayLike<number>): Components {
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const of = new Int32Array(count).fill(-1);
  const members = new Int32Array(count);
  const starts: number[] = [];
  const looped = new Uint8Array(count);
  const open: number[] = [];
  /** The path from a root to where the search is, each node with its edges and how many of them are done. */
  const path: number[] = [];
  const edges: ArrayLike<number>[] = [];
  const done: number[] = [];
  let visited = 0;
  let placed = 0;

  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    let entered = root;
    for (;;) {
      if (entered >= 0) {
        const own = follow(entered);
        index[entered] = low[entered] = visited++;
        if (own.length === 0) {
          of[entered] = starts.push(placed) - 1;
          members[placed++] = entered;
        } else {
          open.push(entered);
          path.push(entered);
          edges.push(own);
          done.push(0);
        }
        entered = -1;
      }
      const top = path.length - 1;
      const node = path[top];
      if (node === undefined) break;
      const at = done[top] ?? 0;
      const next = edges[top]?.[at];
      if (next !== undefined) {
        done[top] = at + 1;
        if (next === node) looped[node] = 1;
        else if (index[next] === -1) entered = next;
        else if (of[next] === -1) low[node] = Math.min(low[node] ?? 0, index[next] ?? 0);
        continue;
      }
      path.pop();
      edges.pop();
      done.pop();
      if (low[node] === index[node]) {
        starts.push(placed);
        for (let member = open.pop(); member !== undefined; member = open.pop()) {
          of[member] = starts.length - 1;
          members[placed++] = member;
          if (member === node) break;
        }
      }
      const parent = path[top - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
    }
  }
  const total = starts.length;
  starts.push(count);
  const isCycle = (c: number): boolean => {
    const first = starts[c] ?? 0;
    return (starts[c + 1] ?? 0) - first > 1 || looped[members[first] ?? -1] === 1;
  };
  return { count: total, of, members, starts, isCycle };
}

export interface Components {
  readonly count: number;
  /** The component of each node. */
  readonly of: Int32Array;
  /** All nodes, component by component: those of component `c` are at `starts[c]` to `starts[c + 1]` − 1. */
  readonly members: Int32Array;
  readonly starts: readonly number[];
  /** Whether edges lead from a component's nodes back to them: more than one node, or one with an edge to itself. */
  readonly isCycle: (component: number) => boolean;
}
