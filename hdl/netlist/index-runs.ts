import type { JsonReader } from "./json-reader.ts";

/** An index on its own, or a run: first index, number of indices, and the step from each to the next. */
export type IndexRun = number | readonly [first: number, count: number, step: number];

/** The most indices that a list in a file may stand for. */
const mostIndices = 2 ** 24;

/** A list of indices with its affine stretches (three or more in equal steps, such as a broadcast or a shift) as runs. */
export function toRuns(indices: readonly number[]): IndexRun[] {
  const runs: IndexRun[] = [];
  for (let at = 0; at < indices.length; ) {
    const first = indices[at] ?? 0;
    const step = (indices[at + 1] ?? first) - first;
    let count = 1;
    while (at + count < indices.length && indices[at + count] === first + count * step) count++;
    if (count < 3) {
      runs.push(first);
      at++;
    } else {
      runs.push([first, count, step]);
      at += count;
    }
  }
  return runs;
}

/** The list that runs stand for. Throws a DesignError for anything but runs, or for more than 2^24 indices. */
export function readRuns(reader: JsonReader): number[] {
  const indices: number[] = [];
  reader.list((run) => {
    if (typeof run.value === "number") {
      indices.push(run.integer());
      return;
    }
    const [first, count, step, ...rest] = run.list((part) => part.integer());
    if (first === undefined || count === undefined || step === undefined || rest.length > 0) run.fail("a run of three");
    else if (count < 0 || indices.length + count > mostIndices) run.fail(`a run within ${mostIndices} indices`);
    else for (let i = 0; i < count; i++) indices.push(first + i * step);
  });
  return indices;
}
