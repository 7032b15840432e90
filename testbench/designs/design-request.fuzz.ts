import { fileURLToPath } from "node:url";
import { type ImportedDesignRequest, parseClock } from "../imported/index.ts";
import {
  differenceText,
  type LockstepOptions,
  lockstep,
  type PeerCase,
  type PinStimulus,
  peerTitles,
} from "../peer/index.ts";

export type DesignRequest = Omit<ImportedDesignRequest, "randomInputs">;

/** The path of a file of this folder. */
export const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A design of these files, its resets found by name. */
export function designOf(
  files: readonly string[],
  top: string,
  options: {
    readonly clocks?: readonly string[];
    readonly parameters?: Readonly<Record<string, number | string>>;
  } = {},
): DesignRequest {
  const { clocks = [], parameters = {} } = options;
  const source = { files, top, parameters, defines: {}, includes: [], keepHierarchy: false, yosys: "auto" as const };
  return { source, clocks: clocks.map(parseClock), resets: null, constants: [] };
}

/** The case with its inputs driven cycle by cycle as recorded. */
export function replayed(one: PeerCase, inputs: readonly Readonly<Record<string, number | bigint>>[]): PeerCase {
  return {
    ...one,
    stimulus: (layout): PinStimulus => {
      let cycle = 0;
      return {
        next(words, at) {
          const values = inputs[cycle++] ?? {};
          for (const { name, first, words: count } of layout.inputs.values()) {
            const value = BigInt(values[name] ?? 0);
            for (let i = 0; i < count; i++) words[at + first + i] = Number((value >> BigInt(32 * i)) & 0xffff_ffffn);
          }
        },
      };
    },
  };
}

/** What a lockstep says, for `toEqual`: `{ cycles, difference: null }` where all is the same. */
export async function compared(one: PeerCase, options: Omit<LockstepOptions, "folder">) {
  const { cycles, difference, unknownDigits } = await lockstep(one, { ...options, folder: "out/lockstep/designs" });
  return {
    peer: peerTitles[options.peer],
    cycles,
    unknownDigits,
    difference: difference && differenceText(difference),
  };
}
