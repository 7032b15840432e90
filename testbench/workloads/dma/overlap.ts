import type { Row } from "./transfer.ts";

/** An address that is both read and written by some rows; null where there is none. */
export function overlapOf(rows: readonly Row[]): number | null {
  const reads = rows.filter(({ data }) => data > 0).map(({ source, data }) => [source, source + data] as const);
  const writes = rows.map(({ destination, length }) => [destination, destination + length] as const);
  const byStart = (a: readonly number[], b: readonly number[]) => (a[0] ?? 0) - (b[0] ?? 0);
  reads.sort(byStart);
  writes.sort(byStart);
  // In order of their starts, an overlap is with what reaches furthest on the other side.
  let [readTo, writeTo] = [0, 0];
  for (let r = 0, w = 0; r < reads.length || w < writes.length; ) {
    const [readFrom, readEnd] = reads[r] ?? [Infinity, 0];
    const [writeFrom, writeEnd] = writes[w] ?? [Infinity, 0];
    if (readFrom <= writeFrom) {
      if (readFrom < writeTo) return readFrom;
      readTo = Math.max(readTo, readEnd);
      r++;
    } else {
      if (writeFrom < readTo) return writeFrom;
      writeTo = Math.max(writeTo, writeEnd);
      w++;
    }
  }
  return null;
}
