import { Bool, Enum, module, mux, UInt, unpack } from "../../lang/index.ts";
import { type Format, Header, instructionBits, legalTokens, offsets, type Unit, units } from "./format.ts";
import { formats } from "./formats.ts";

/** Why an instruction is illegal, the first that applies. */
export const illegalities = ["None", "Opcode", "Sub", "Flags", "Tokens", "Operand", "Reserved"] as const;
export const Fault = Enum(...illegalities);

/**
 * Says in the same cycle where a 128-bit instruction goes and whether it is legal. It is illegal when its opcode is
 * not in the table, its sub-operation or an operand's value has no name, or any reserved bit, flag or token bit is 1,
 * be it reserved for that value of an operand only.
 * `unit` of an illegal instruction is `Controller`.
 */
export const Decoder = module(
  "Decoder",
  { in: { instruction: UInt(instructionBits) }, out: { unit: Enum(...units), fault: Fault } },
  ({ instruction }) => {
    const word = instruction.asBools();
    const header = unpack(Header, instruction.bits(0, 16));

    /** 1 where any bit of the instruction from `low` on, `width` of them, is 1. */
    const anyOf = (low: number, width: number): Bool =>
      width === 0 ? Bool.lit(0) : instruction.bits(low, width).any();

    const faultOf = (format: Format) => {
      const { low, reserved: always } = offsets(format);
      const { subs, flags, operands } = format;
      const sub = subs.length === 0 ? header.sub.ne(0) : header.sub.gt(Math.min(7, subs.length - 1));
      const flag = anyOf(11 + flags.length, 5 - flags.length);
      const token = legalTokens(format.unit).reduce<Bool>(
        (any, legal, i) => (legal ? any : any.or(word[4 + i] ?? any)),
        Bool.lit(0),
      );
      const operand = operands.reduce<Bool>((any, { name, width, values }) => {
        const from = low.get(name) ?? 0;
        if (values === null || values.length >= 2 ** width) return any;
        return any.or(instruction.bits(from, width).ge(values.length));
      }, Bool.lit(0));
      const reserved = operands.reduce<Bool>((any, { name, width, share }) => {
        const selector = operands.find((one) => one.name === share?.of);
        if (!share || !selector) return any;
        const chosen = instruction.bits(low.get(selector.name) ?? 0, selector.width);
        const from = low.get(name) ?? 0;
        return share.bits.reduce((sum, bits, i) => sum.or(chosen.eq(i).and(anyOf(from + bits, width - bits))), any);
      }, instruction.and(always).any());
      return { sub, flag, token, operand, reserved };
    };

    let unit = Enum(...units).lit("Controller");
    let fault = Fault.lit("Opcode");
    for (const format of formats) {
      const { sub, flag, token, operand, reserved } = faultOf(format);
      let own = mux(reserved, Fault.lit("Reserved"), Fault.lit("None"));
      own = mux(operand, Fault.lit("Operand"), own);
      own = mux(token, Fault.lit("Tokens"), own);
      own = mux(flag, Fault.lit("Flags"), own);
      own = mux(sub, Fault.lit("Sub"), own);
      const chosen = header.op.eq(format.opcode);
      fault = mux(chosen, own, fault);
      unit = mux(chosen.and(own.is("None")), unitOf(format.unit), unit);
    }
    return { unit, fault };
  },
);

function unitOf(unit: Unit) {
  return Enum(...units).lit(unit);
}
