import type { ChipConfig } from "../../../hdl/index.ts";
import { InputError } from "../../input-error.ts";
import type { MatmulShape } from "../block-plan.ts";
import { shares } from "./matmul-task.ts";
import { type Estimate, estimate, type MemorySpeed } from "./tile-estimate.ts";
import { type Dataflow, dataflows, type TileDemands, type TilePlan, tilePlans } from "./tile-plan.ts";

/** How a matmul is divided among tiles: parts of M, of N, and of K, whose sums are added up. */
export interface Split {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** How a chip does a matmul. */
export interface ChipPlan {
  readonly tile: TilePlan;
  readonly split: Split;
  /** Each tile loads its own weights, or the memory tile at the end of a row sends them to all its tiles at once. */
  readonly weights: "own" | "multicast";
}

/** What a plan may be. */
export interface PlanChoice {
  readonly dataflow?: Dataflow | "auto";
  /** Whatever is said here is taken as it is. */
  readonly tile?: Partial<TilePlan>;
  readonly split?: Split;
  readonly weights?: ChipPlan["weights"];
}

export interface RatedPlan {
  readonly plan: ChipPlan;
  /** Of the whole chip: bytes of all tiles. */
  readonly estimate: Estimate;
}

/** The DRAM as a whole chip has it. */
export interface ChipMemory {
  readonly latency: number;
  readonly channelBytes: number;
  /** Bytes a cycle of all channels together. */
  readonly bytes: number;
}

/**
 * The plan of the fewest estimated cycles; of equal ones that which moves the fewest bytes.
 * @throws InputError where none fits
 */
export function planMatmul(
  shape: MatmulShape,
  demands: TileDemands,
  chip: ChipConfig,
  memory: ChipMemory,
  choice: PlanChoice = {},
): RatedPlan {
  let best: RatedPlan | null = null;
  const estimates: Estimates = new Map();
  for (const split of choice.split ? [choice.split] : splits(shape, chip))
    for (const weights of choice.weights ? [choice.weights] : (["own", "multicast"] as const)) {
      const rated = bestTilePlan(shape, demands, chip, memory, choice, split, weights, estimates);
      if (rated && (!best || better(rated.estimate, best.estimate))) best = rated;
    }
  if (!best)
    throw new InputError(
      `no plan for ${shape.m} × ${shape.k} times ${shape.k} × ${shape.n} fits the chip; leave more of it open, or make the memories larger`,
    );
  return best;
}

/** Ways to use all tiles of a chip, or as many as the shape can keep busy. */
function splits(shape: MatmulShape, { width, height, tile }: ChipConfig): Split[] {
  const tiles = width * height;
  const found: Split[] = [];
  const grains = (size: number) => Math.ceil(size / tile.side);
  for (let m = 1; m <= tiles; m++)
    for (let n = 1; m * n <= tiles; n++)
      for (let k = 1; m * n * k <= tiles; k++) {
        if (m > shape.m || n > grains(shape.n) || k > grains(shape.k)) continue;
        found.push({ m, n, k });
      }
  // Fewer tiles only where no split keeps all of them busy.
  const most = Math.max(...found.map(({ m, n, k }) => m * n * k));
  return found.filter(({ m, n, k }) => m * n * k === most);
}

function bestTilePlan(
  shape: MatmulShape,
  demands: TileDemands,
  chip: ChipConfig,
  memory: ChipMemory,
  choice: PlanChoice,
  split: Split,
  weights: ChipPlan["weights"],
  estimates: Estimates,
): RatedPlan | null {
  const { side } = chip.tile;
  const grain = mGrain(shape, split, side);
  const parts = {
    m: shares(shape.m, split.m, grain),
    n: shares(shape.n, split.n, side),
    k: shares(shape.k, split.k, side),
  };
  if (parts.m.length < split.m || parts.n.length < split.n || parts.k.length < split.k) return null;
  if (weights === "multicast" && !canMulticast(split, chip)) return null;
  const [m, n, k] = [parts.m[0]?.size ?? 0, parts.n[0]?.size ?? 0, parts.k[0]?.size ?? 0];
  const tiles = split.m * split.n * split.k;
  const speed: MemorySpeed = { ...memory, tileBytes: memory.bytes / tiles };

  const key = [m, n, k, speed.tileBytes].join(" ");
  let rated = estimates.get(key);
  if (!rated) {
    rated = ratedTilePlans({ m, n, k }, demands, chip, speed, choice);
    estimates.set(key, rated);
  }
  let best: RatedPlan | null = null;
  for (const { plan, one } of rated) {
    // Tiles that are sent the same weights must ask for them equally often.
    const counts = new Set(parts.m.map(({ size }) => Math.ceil(size / plan.m)));
    if (weights === "multicast" && counts.size > 1) continue;
    const shared = reduction(plan, { m, n, k }, split, side);
    const weightBytes = weights === "multicast" ? ((split.m - 1) / split.m) * one.weightBytes : 0;
    const whole: RatedPlan = {
      plan: { tile: plan, split, weights },
      estimate: {
        cycles: one.cycles + shared + (weights === "multicast" ? 100 : 0),
        compute: one.compute,
        readBytes: tiles * (one.readBytes - weightBytes),
        weightBytes: tiles * (one.weightBytes - weightBytes),
        writeBytes: (tiles / split.k) * one.writeBytes,
      },
    };
    if (!best || better(whole.estimate, best.estimate)) best = whole;
  }
  return best;
}

/** Plans of one tile with their estimates, by shape and speed. */
type Estimates = Map<string, readonly RatedTilePlan[]>;

interface RatedTilePlan {
  readonly plan: TilePlan;
  readonly one: Estimate;
}

/** The plans of one tile that fit, those taken whole from the choice once. */
function ratedTilePlans(
  shape: MatmulShape,
  demands: TileDemands,
  chip: ChipConfig,
  speed: MemorySpeed,
  choice: PlanChoice,
): RatedTilePlan[] {
  const rated = new Map<string, RatedTilePlan>();
  for (const open of tilePlans(shape, chip.tile, allowed(choice))) {
    const plan = { ...open, ...choice.tile };
    const key = `${plan.dataflow} ${plan.m} ${plan.k} ${plan.n} ${plan.outer}`;
    if (rated.has(key)) continue;
    const one = estimate(plan, shape, demands, chip.tile, speed);
    if (one) rated.set(key, { plan, one });
  }
  return [...rated.values()];
}

/** Rows of M are given out in multiples of this. */
export function mGrain({ m }: MatmulShape, split: Split, side: number): number {
  return m >= split.m * side ? side : 1;
}

/** Whether the memory tiles can send: the parts of M lie along the rows of the chip, a power of two of them. */
export function canMulticast({ m, n, k }: Split, { width, height }: ChipConfig): boolean {
  return m > 1 && Number.isInteger(Math.log2(m)) && m <= width && n <= height && k === 1;
}

function allowed({ dataflow = "auto", tile }: PlanChoice): readonly Dataflow[] {
  if (tile?.dataflow) return [tile.dataflow];
  return dataflow === "auto" ? dataflows : [dataflow];
}

/** Cycles that the sums of the other tiles take, of which each row is four flits; what they wait for each other included. */
function reduction(plan: TilePlan, shape: MatmulShape, { k }: Split, side: number): number {
  if (k === 1) return 0;
  const rows = shape.m * Math.ceil(shape.n / side);
  const blocks = Math.ceil(shape.m / plan.m) * Math.ceil(Math.ceil(shape.n / side) / plan.n);
  return (k - 1) * (4 * rows * Math.max(1 / k, 1 / blocks) + 100 * Math.ceil(blocks / k));
}

function better(one: Estimate, other: Estimate): boolean {
  if (one.cycles !== other.cycles) return one.cycles < other.cycles;
  return one.readBytes + one.writeBytes < other.readBytes + other.writeBytes;
}
