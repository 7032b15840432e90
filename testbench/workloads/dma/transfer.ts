/** Zeros around a picture that a transfer walks over; see the hardware's `Padding`. Rows and bytes. */
export interface TransferPadding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  /** Rows that each dimension moves down. */
  readonly down: readonly number[];
  /** Dimensions that move to the right by their source stride. */
  readonly across: readonly boolean[];
}

/** A transfer as the DMA engine takes it; addresses and lengths in bytes, strides may be negative. */
export interface Transfer {
  readonly source: number;
  readonly destination: number;
  readonly length: number;
  readonly counts: readonly number[];
  readonly sourceStrides: readonly number[];
  readonly destinationStrides: readonly number[];
  readonly padding: TransferPadding | null;
  /** What to do after an error of the bus. */
  readonly onError: "end" | "continue";
  readonly interrupt: boolean;
}

/** Part of a row: bytes that lie side by side in both memories, or zeros for the destination. */
export interface Row {
  readonly source: number;
  readonly destination: number;
  /** Bytes of zeros before the data, bytes of data, bytes in all. */
  readonly zeros: number;
  readonly data: number;
  readonly length: number;
}

/** What is wrong with a transfer, for the hardware to find; null where nothing is. */
export function illegality({ length, counts }: Transfer): "Length" | "Count" | null {
  if (length === 0) return "Length";
  return counts.includes(0) ? "Count" : null;
}

/** The rows of a transfer in their order, by its definition. `source` is the address of the first byte of data. */
export function* rowsOf(transfer: Transfer, addressBits: number): Generator<Row> {
  if (illegality(transfer)) return;
  const { source, destination, length, counts, sourceStrides, destinationStrides, padding } = transfer;
  const [near = 1, far = 1, outer = 1] = counts;
  const space = 2 ** addressBits;
  const wrapped = (address: number) => ((address % space) + space) % space;
  const along = (steps: readonly number[], turn: readonly number[]) =>
    turn.reduce((sum, index, i) => sum + index * (steps[i] ?? 0), 0);
  for (let k = 0; k < outer; k++)
    for (let j = 0; j < far; j++)
      for (let i = 0; i < near; i++) {
        const turn = [i, j, k];
        const from = source + along(sourceStrides, turn);
        const to = wrapped(destination + along(destinationStrides, turn));
        if (!padding) {
          yield { source: wrapped(from), destination: to, zeros: 0, data: length, length };
          continue;
        }
        const line = along(padding.down, turn);
        const steps = sourceStrides.map((stride, dimension) => (padding.across[dimension] ? stride : 0));
        const column = along(steps, turn);
        const inside = line >= padding.top && line < padding.bottom;
        const first = Math.max(column, padding.left);
        const data = inside ? Math.max(0, Math.min(column + length, padding.right) - first) : 0;
        const zeros = data > 0 ? first - column : length;
        yield { source: wrapped(from + zeros), destination: to, zeros, data, length };
      }
}
