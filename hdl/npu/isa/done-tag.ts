import { Bool, Bundle, pack, type UInt } from "../../lang/index.ts";
import { flagOf } from "./fields.ts";
import { tokens } from "./format.ts";

/** What a unit gives back with `done`: which tokens to push, and whether to interrupt. */
export const DoneTag = Bundle({ pushPrev: Bool, pushNext: Bool, interrupt: Bool, spare: Bool });

/** What goes with an instruction of that mnemonic to its unit, to come back when it is done: a packed `DoneTag`. */
export function doneTag(instruction: UInt<128>, mnemonic: string): UInt<4> {
  const token = (name: string) => instruction.bit(4 + tokens.indexOf(name));
  return pack(DoneTag, {
    pushPrev: token("push_prev"),
    pushNext: token("push_next"),
    interrupt: flagOf(instruction, mnemonic, "interrupt"),
    spare: Bool.lit(0),
  });
}
