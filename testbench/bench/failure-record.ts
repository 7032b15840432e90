import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AnyModule } from "../../hdl/index.ts";
import { replay, seedOf } from "./seed.ts";
import type { Sim } from "./sim.ts";
import { type SimulateOptions, simulate } from "./simulate.ts";

/** What test runners hand to a test: vitest's context has the task, node's has the name itself. */
interface TestContext {
  readonly task?: { readonly name: string };
  readonly name?: string;
}

export interface TestOnOptions extends Omit<SimulateOptions, "vcd" | "gtkw"> {
  /** Runs with so many consecutive seeds, each on a new simulation: default 1. */
  readonly runs?: number;
  /** Where failures leave their waves: default `out/failures`. */
  readonly folder?: string;
}

/** What a test does with its design. */
export type TestBody<M extends AnyModule> = (dut: Sim<M["ports"]["in"], M["ports"]["out"]>) => void | Promise<void>;

/**
 * The body of a test on a simulated module, for vitest's or node's `test`:
 *
 *     test("keeps its order", testOn(Fifo(UInt(8), 4), (dut) => { … }));
 *
 * A test that passes costs nothing more. One that fails runs once more with the same seed to record
 * `<folder>/<test name>.vcd`, with a GTKWave save file beside it, and its error says where they are and how to replay.
 * @throws what the body throws, with that added to its message
 */
export function testOn<M extends AnyModule>(
  module: M,
  body: TestBody<M>,
  { runs = 1, folder = join("out", "failures"), ...options }: TestOnOptions = {},
): (context?: TestContext) => Promise<void> {
  return async ({ task, name } = {}) => {
    const first = seedOf(options.seed);
    for (let seed = first; seed < first + runs; seed++) {
      const failure = await failureOf(() => body(simulate(module, { ...options, seed })));
      if (!failure) continue;
      const file = fileName(task?.name ?? name ?? module.moduleName);
      const waves = await recordAgain(module, body, { ...options, seed }, folder, file);
      const note = `\n${replay(seed)}; ${waves}`;
      if (failure.error instanceof Error) failure.error.message += note;
      else process.stderr.write(`${note.trim()}\n`);
      throw failure.error;
    }
  };
}

async function recordAgain<M extends AnyModule>(
  module: M,
  body: TestBody<M>,
  options: SimulateOptions,
  folder: string,
  file: string,
): Promise<string> {
  const [vcd, gtkw] = [join(folder, `${file}.vcd`), join(folder, `${file}.gtkw`)];
  try {
    mkdirSync(folder, { recursive: true });
    const dut = simulate(module, { ...options, vcd, gtkw });
    const again = await failureOf(() => body(dut));
    dut.close();
    return again ? `waves in ${vcd}` : `run again with waves it passed, so it depends on more than its seed`;
  } catch (error) {
    return `no waves: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function failureOf(action: () => void | Promise<void>): Promise<{ readonly error: unknown } | null> {
  try {
    await action();
    return null;
  } catch (error) {
    return { error };
  }
}

function fileName(test: string): string {
  return test.replace(/[^\w.-]+/g, "-").slice(0, 100);
}
