/**
 * Verilog (with its source lines as comments) that Verilator traces as we do: signals with a name of their own in every
 * scope. Declarations without a source line are wires of the emitted text alone, or an instance's outputs, which are
 * traced as ports of the instance.
 */
export function withSameWaves(verilog: string): string {
  return verilog.replace(
    /^ {2}(?:wire|reg) [^\n]*;$/gm,
    (declaration) => `/*verilator tracing_off*/\n${declaration}\n/*verilator tracing_on*/`,
  );
}
