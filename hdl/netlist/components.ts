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
  const open: number[] = [];
  const path: { readonly node: number; readonly edges: ArrayLike<number>; at: number }[] = [];
  let visited = 0;
  let placed = 0;

  const enter = (node: number): void => {
    index[node] = low[node] = visited++;
    open.push(node);
    path.push({ node, edges: follow(node), at: 0 });
  };
  const close = (node: number): void => {
    starts.push(placed);
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      of[member] = starts.length - 1;
      members[placed++] = member;
      if (member === node) break;
    }
  };

  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    enter(root);
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      const { node } = frame;
      const next = frame.edges[frame.at++];
      if (next !== undefined) {
        if (index[next] === -1) enter(next);
        else if (of[next] === -1) low[node] = Math.min(low[node] ?? 0, index[next] ?? 0);
        continue;
      }
      path.pop();
      if (low[node] === index[node]) close(node);
      const parent = path.at(-1);
      if (parent) low[parent.node] = Math.min(low[parent.node] ?? 0, low[node] ?? 0);
    }
  }
  starts.push(count);
  return { count: starts.length - 1, of, members, starts };
}

export interface Components {
  readonly count: number;
  /** The component of each node. */
  readonly of: Int32Array;
  /** All nodes, component by component: those of component `c` are at `starts[c]` to `starts[c + 1]` − 1. */
  readonly members: Int32Array;
  readonly starts: readonly number[];
}
