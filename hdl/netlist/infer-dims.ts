/**
 * The dims of `count` sibling elements of one definition, numbered in call order, from how they feed each other: `[rows,
 * cols]`, or `[count]` where nothing says otherwise. `inputs[p][e]` is the element whose output drives input p of
 * element e, or null where something else does.
 *
 * Evidence for rows of C elements: an input that takes the previous (or, in reversed order, the next) element's output
 * and does so everywhere but at the start (end) of each C elements; or one that takes the output of C elements before
 * (after), everywhere but in the first (last) C. What drives an element where the rule breaks does not matter, so a torus
 * is a grid. A grid called column by column yields `[cols, rows]`: elements stay in call order.
 */
export function inferDims(count: number, inputs: readonly (readonly (number | null)[])[]): number[] {
  const broken = new Set<number>();
  const strided = new Set<number>();
  let chained = false;
  for (const sources of inputs) {
    const step = usualStep(sources);
    if (step === null) continue;
    const breaks = sources.flatMap((source, e) => (source === null || e - source !== step ? [e] : []));
    if (Math.abs(step) === 1) {
      const columns = columnsOfChain(count, step, breaks);
      if (columns === count) chained = true;
      else if (columns !== null) broken.add(columns);
    } else if (breaksAtEdge(count, step, breaks)) strided.add(Math.abs(step));
  }
  const evidence = broken.size > 0 ? broken : chained ? new Set<number>() : strided;
  const [columns] = evidence;
  const consistent = evidence.size === 1 && [...strided].every((stride) => stride === columns);
  return columns !== undefined && consistent && columns > 1 && columns < count && count % columns === 0
    ? [count / columns, columns]
    : [count];
}

/** How far back the driving sibling most often is; on a tie the shortest, forward first. Null where none drives any. */
function usualStep(sources: readonly (number | null)[]): number | null {
  const votes = new Map<number, number>();
  sources.forEach((source, e) => {
    if (source !== null && source !== e) votes.set(e - source, (votes.get(e - source) ?? 0) + 1);
  });
  const [best] = [...votes].sort(([a, m], [b, n]) => n - m || Math.abs(a) - Math.abs(b) || b - a);
  return best ? best[0] : null;
}

/** The length of the chains that a step of ±1 forms if they are all equally long, `count` for one chain; else null. */
function columnsOfChain(count: number, step: number, breaks: readonly number[]): number | null {
  // In reversed order a chain's last element in call order is its first.
  const starts = step === 1 ? breaks : breaks.map((e) => count - 1 - e).reverse();
  const columns = starts[1] ?? count;
  const regular = starts.length === Math.ceil(count / columns) && starts.every((start, row) => start === row * columns);
  return regular ? columns : null;
}

function breaksAtEdge(count: number, step: number, breaks: readonly number[]): boolean {
  const columns = Math.abs(step);
  const first = step > 0 ? 0 : count - columns;
  return breaks.length === columns && breaks.every((e, i) => e === first + i);
}
