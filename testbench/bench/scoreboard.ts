import { isDeepStrictEqual } from "node:util";
import { SimulationError } from "../../sim/engine.ts";
import type { Transfer } from "./stream-monitor.ts";
import { textOf } from "./value-text.ts";

/** What came is not what was expected. */
export class MismatchError extends SimulationError {
  override readonly name = "MismatchError";
}

/**
 * Compares what a design gives with what a model says, in order. Expected values may be added before or while the
 * simulation runs, as long as each is there before it comes.
 *
 *     const board = new Scoreboard<number>("deq");
 *     const monitor = new StreamMonitor(dut, dut.out.deq, board.got);
 *     board.expect(1, 2, 3);
 *     dut.run(…, monitor.process);
 *     board.finish();
 */
export class Scoreboard<V> {
  private readonly expected: V[] = [];
  private compared = 0;

  /** `name` says in errors what is compared. */
  constructor(readonly name: string) {}

  /** How many values came as expected. */
  get matched(): number {
    return this.compared;
  }

  /** Adds what is to come next. */
  expect(...values: readonly V[]): void {
    for (const value of values) this.expected.push(value);
  }

  /**
   * Compares the next value that came; may be handed to a monitor as it is.
   * @throws MismatchError at the first difference, with its index, cycle, and both values
   */
  readonly got = ({ cycle, value }: Transfer<V>): void => {
    const index = this.compared;
    const at = `${this.name}: item ${index}, cycle ${cycle}`;
    if (index >= this.expected.length)
      throw new MismatchError(`${at}: got ${textOf(value)}, but only ${index} items were expected`);
    const expected = this.expected[index];
    if (!isDeepStrictEqual(expected, value))
      throw new MismatchError(`${at}: expected ${textOf(expected)}, got ${textOf(value)}`);
    this.compared++;
  };

  /** @throws MismatchError where something expected has not come */
  finish(): void {
    const missing = this.expected.length - this.compared;
    if (missing > 0)
      throw new MismatchError(
        `${this.name}: ${missing} of ${this.expected.length} items never came; item ${this.compared} should be ${textOf(this.expected[this.compared])}`,
      );
  }
}
