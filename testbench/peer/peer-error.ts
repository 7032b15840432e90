import { SimulationError } from "../../sim/index.ts";

/** A peer that could not build or run what it was given; the message has the first of what it said. */
export class PeerError extends SimulationError {
  override readonly name: string = "PeerError";
}
