/**
 * The wavefront of each lane: one more than the latest of the lanes that it takes values from, 0 for a lane that takes
 * none. Null where values go round among the lanes.
 */
export function wavefronts(lanes: number, sources: readonly (readonly number[])[]): Int32Array | null {
  const waiting = new Int32Array(lanes);
  const readers: number[][] = Array.from({ length: lanes }, () => []);
  sources.forEach((own, lane) => {
    for (const source of new Set(own)) {
      readers[source]?.push(lane);
      waiting[lane] = (waiting[lane] ?? 0) + 1;
    }
  });
  const waves = new Int32Array(lanes);
  const ready: number[] = [];
  waiting.forEach((count, lane) => {
    if (count === 0) ready.push(lane);
  });
  for (let at = 0; at < ready.length; at++) {
    const lane = ready[at] ?? 0;
    for (const reader of readers[lane] ?? []) {
      waves[reader] = Math.max(waves[reader] ?? 0, (waves[lane] ?? 0) + 1);
      waiting[reader] = (waiting[reader] ?? 0) - 1;
      if (waiting[reader] === 0) ready.push(reader);
    }
  }
  return ready.length === lanes ? waves : null;
}

/** Vertices of a graph in parts: those that reach each other together. */
export function partsThatGoRound(successors: readonly ReadonlySet<number>[]): number[][] {
  const reach = successors.map((_, from) => {
    const seen = new Set<number>();
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const next of successors[at] ?? [])
        if (!seen.has(next)) {
          seen.add(next);
          open.push(next);
        }
    return seen;
  });
  const parts: number[][] = [];
  const taken = new Set<number>();
  reach.forEach((reached, vertex) => {
    if (taken.has(vertex)) return;
    const part = [vertex, ...[...reached].filter((other) => other !== vertex && reach[other]?.has(vertex))];
    for (const member of part) taken.add(member);
    parts.push(part);
  });
  return parts;
}
