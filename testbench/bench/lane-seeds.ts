import { SimulationError } from "../../sim/engine.ts";
import type { LaneOptions } from "./lane-sim.ts";
import { seedOf } from "./seed.ts";

const mostLanes = 1024;

/**
 * The seed of each lane: those given, or consecutive ones from the first.
 * @throws SimulationError for a number of lanes that is none, or another number of seeds; InputError for a bad seed
 */
export function laneSeeds({ lanes, seed, seeds }: Pick<LaneOptions, "lanes" | "seed" | "seeds">): readonly number[] {
  if (!Number.isSafeInteger(lanes) || lanes < 1 || lanes > mostLanes)
    throw new SimulationError(`lanes ${lanes}: give a whole number from 1 to ${mostLanes}`);
  if (seeds && seeds.length !== lanes)
    throw new SimulationError(`${seeds.length} seeds for ${lanes} lanes; give one for each`);
  const first = seedOf(seed);
  return seeds?.map((own) => seedOf(own)) ?? Array.from({ length: lanes }, (_, lane) => (first + lane) % 2 ** 32);
}
