import { closest } from "fastest-levenshtein";
import { InputError } from "../../input-error.ts";
import { integerOption } from "../../option.ts";
import type { PlanChoice } from "../../runtime/matmul/chip-plan.ts";
import { dataflows } from "../../runtime/matmul/tile-plan.ts";

const names = ["m", "k", "n", "outer", "split", "weights"];

/**
 * The plan that `--dataflow` and `--plan` ask for, such as `m=64,k=128,n=2,outer=m,split=2x2x1,weights=own`: whatever is
 * left out is chosen by estimated cycles.
 * @throws InputError for names and values that a plan does not have
 */
export function planOption(plan: string | undefined, dataflow: string, side: number): PlanChoice {
  const flow = [...dataflows, "auto" as const].find((one) => one === dataflow);
  if (!flow) throw new InputError(`--dataflow ${dataflow}: give ws, os or auto`);
  const given = new Map<string, string>();
  for (const part of plan === undefined ? [] : plan.split(",")) {
    const [name = "", value = ""] = part.split("=").map((text) => text.trim());
    if (!names.includes(name))
      throw new InputError(`--plan ${part}: there is no ${name} in a plan; did you mean ${closest(name, names)}?`);
    given.set(name, value);
  }
  const size = (name: string) => {
    const text = given.get(name);
    return text === undefined ? undefined : integerOption(`--plan ${name}`, text, 1, 4095);
  };
  const [m, k, n] = [size("m"), size("k"), size("n")];
  if (k !== undefined && k % side !== 0) throw new InputError(`--plan k=${k}: give a multiple of the array's ${side}`);
  const outer = oneOf("outer", given.get("outer"), ["m", "n"] as const);
  const weights = oneOf("weights", given.get("weights"), ["own", "multicast"] as const);
  const split = splitOf(given.get("split"));
  return {
    dataflow: flow,
    tile: {
      ...(m === undefined ? {} : { m }),
      ...(k === undefined ? {} : { k }),
      ...(n === undefined ? {} : { n }),
      ...(outer === undefined ? {} : { outer }),
    },
    ...(split ? { split } : {}),
    ...(weights ? { weights } : {}),
  };
}

function oneOf<const T extends string>(name: string, text: string | undefined, values: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new InputError(`--plan ${name}=${text}: give ${values.join(" or ")}`);
  return found;
}

function splitOf(text: string | undefined) {
  if (text === undefined) return undefined;
  const [, m = "", n = "", k = ""] = /^(\d+)x(\d+)x(\d+)$/.exec(text) ?? [];
  if (m === "") throw new InputError(`--plan split=${text}: give parts of M, N and K, such as 2x2x1`);
  const parts = (name: string, part: string) => integerOption(`--plan split (parts of ${name})`, part, 1, 240);
  return { m: parts("M", m), n: parts("N", n), k: parts("K", k) };
}
