/** Why a cell of this type cannot be imported and what to do about it. */
export function unsupportedReason(type: string): string {
  if (/^\$_?(a?dlatch|sr(_|$))/i.test(type))
    return "a latch, which no clock moves, is not supported; rewrite it as a register, or run clk2fflogic in Yosys before write_json (every register and latch then steps with one global clock)";
  if (type === "$tribuf" || type === "$_TBUF_")
    return "a tristate driver is not supported; give the bus a value and an enable of its own, or run tribuf -logic in Yosys before write_json";
  if (/^\$(any|all)(const|seq|init)$|^\$initstate$|^\$equiv$/.test(type))
    return "it is for formal proofs alone and has no value in a simulation; leave it out under an `ifdef";
  if (/^\$(memrd|memwr|meminit|mem)/.test(type)) return "this form of memory is not known; run memory -nomap in Yosys";
  if (/^\$_/.test(type)) return "this gate is not known; leave out techmap and abc and write the netlist after proc";
  if (type.startsWith("$"))
    return "cells of this type are not supported; write the netlist after proc, memory -nomap and opt, or map it to others with techmap";
  return `there is no module ${type.slice(0, 200)} in the file; read its Verilog too, and run hierarchy -check in Yosys`;
}
