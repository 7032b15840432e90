import { type CheckFailure, SimulationError } from "../engine.ts";

/** What failed in one lane. */
export interface FailedLane {
  readonly lane: number;
  readonly seed: number;
  readonly failure: CheckFailure;
}

/** A `check` or `assume` did not hold in some lanes. They have not taken the failing cycle's edge; the others ran on. */
export class LaneFailure extends SimulationError {
  override readonly name = "LaneFailure";
  constructor(readonly failed: readonly FailedLane[]) {
    const [first] = failed;
    const others = failed.slice(1).map(({ lane }) => lane);
    const more = others.length === 0 ? "" : `; lanes ${others.join(", ")} failed too`;
    super(first ? `lane ${first.lane} (seed ${first.seed}): ${first.failure.message}${more}` : "no lane failed");
  }
}
