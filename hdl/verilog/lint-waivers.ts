/** Warnings of `verilator --lint-only -Wall` that the text of this package may give, and why each is no fault of it. */
export const lintWaivers: Readonly<Record<string, string>> = {
  DECLFILENAME: "all modules of a design may stand in one file",
  UNUSED: "signals, or bits of them, that a designer named and nothing uses stay in the text, to be seen in waves",
  MULTIDRIVEN: "a memory may have write ports of several clocks",
  PINCONNECTEMPTY: "outputs that the parent does not use are connected to nothing, in so many words",
  VARHIDDEN: "a signal may be called as an instance in another module; Verilog's scopes keep them apart",
  SYMRSVDWORD: "a name that C++ reserves, such as interrupt, is legal Verilog; Verilator renames it",
};

/** The waivers as options of verilator. */
export const waiverOptions: readonly string[] = Object.keys(lintWaivers).map((code) => `-Wno-${code}`);
