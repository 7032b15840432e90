import { Argument, Command } from "commander";
import pc from "picocolors";
import { configurationRegisters, type Format, formats, legalTokens, offsets, tokens } from "../hdl/npu/isa/index.ts";
import { npuConfig } from "../hdl/npu/npu-config.ts";
import { counterOffset, counters, csrs, memoryWindows } from "../hdl/npu/tile/index.ts";
import { exitCodes } from "./exit.ts";

/** What stands at some bits, or at some byte, and what it means. */
interface Entry {
  readonly at: string;
  readonly name: string;
  readonly about: string;
}

/** An instruction, a register, or a list of its own. */
interface Part {
  readonly title: string;
  readonly about: string;
  readonly entries: readonly Entry[];
}

/** Made of the tables that hardware, assembler and runtime are made of. */
const sections: Readonly<Record<string, () => Part[]>> = {
  instructions: () => formats.map(instruction),
  configuration: () => configurationRegisters.map(configuration),
  registers: () => Object.entries(csrs).map(register),
  counters: () => [
    {
      title: "counters",
      about: "64 bits each, the low half first; reading it keeps the high half for the next read",
      entries: counters.map(({ name, about }) => ({ at: hex(counterOffset(name)), name, about })),
    },
  ],
  memories: () => [memories()],
};

/** `systole reference [section]`: instruction set and memory map of the NPU. */
export function referenceCommand(finished: (code: number) => void): Command {
  return new Command("reference")
    .description("the NPU's instruction set, registers, counters and memory map")
    .addArgument(new Argument("[section]", "one of them").choices(Object.keys(sections)))
    .option("--json", "for machines")
    .exitOverride()
    .addHelpText(
      "after",
      "\nExamples:\n  $ systole reference\n  $ systole reference registers\n  $ systole reference --json",
    )
    .action((section: string | undefined, { json }: { json?: boolean }) => {
      const chosen = Object.entries(sections).filter(([name]) => section === undefined || name === section);
      const found = Object.fromEntries(chosen.map(([name, parts]) => [name, parts()]));
      process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : text(found));
      finished(exitCodes.passed);
    });
}

const hex = (byte: number): string => `0x${byte.toString(16).padStart(6, "0")}`;
const bits = (low: number, width: number): string => (width === 1 ? `${low}` : `${low + width - 1}:${low}`);
const valued = (about: string, values: readonly string[] | null): string =>
  values === null ? about : `${about}: ${values.map((value, i) => `${i} ${value}`).join(", ")}`;

function instruction(format: Format): Part {
  const { mnemonic, opcode, unit, about, subs, flags, operands } = format;
  const { low } = offsets(format);
  const legal = tokens.filter((_, i) => legalTokens(unit)[i]);
  const header: Entry[] = [{ at: bits(0, 4), name: "op", about: `${opcode}` }];
  if (legal.length > 0) header.push({ at: bits(4, 4), name: "tokens", about: legal.join(", ") });
  if (subs.length > 0) header.push({ at: bits(8, 3), name: "sub", about: valued("what is meant", subs) });
  for (const [i, flag] of flags.entries()) header.push({ at: bits(11 + i, 1), name: flag, about: "flag" });
  const body = operands.map(
    (one): Entry => ({
      at: bits(low.get(one.name) ?? 0, one.width),
      name: one.name,
      about: valued(one.about, one.values),
    }),
  );
  return {
    title: `${mnemonic} (${unit === "Controller" ? "controller" : `${unit.toLowerCase()} queue`})`,
    about,
    entries: [...header, ...body],
  };
}

function configuration({ name, about, fields }: (typeof configurationRegisters)[number], number: number): Part {
  let low = 0;
  const entries = fields.map((field): Entry => {
    const at = bits(low, field.width);
    low += field.width;
    return { at, name: field.name, about: field.signed ? `${field.about}, two's complement` : field.about };
  });
  return { title: `cfg ${name} (register ${number})`, about, entries };
}

function register([name, { offset, access, about, fields }]: [string, (typeof csrs)[keyof typeof csrs]]): Part {
  const entries = fields.map(
    (field): Entry => ({
      at: bits(field.low, field.width),
      name: field.name,
      about: valued(field.about, field.values),
    }),
  );
  const accesses = { read: "read only", write: "write only", readWrite: "read and write", clear: "write 1 to clear" };
  return { title: `${hex(offset)} ${name} (${accesses[access]})`, about, entries };
}

function memories(): Part {
  const config = npuConfig();
  const entries = Object.entries(memoryWindows).map(([name, { base, about, pitch, rows }]): Entry => {
    const size = `${rows(config).toLocaleString("en-US")} rows of ${pitch(config)} bytes with an array of ${config.side} × ${config.side}`;
    return { at: hex(base), name, about: `${about}; ${size}` };
  });
  return { title: "memories", about: "in a tile's window of 16 MiB, at rest, in words of 32 bits", entries };
}

function text(found: Readonly<Record<string, readonly Part[]>>): string {
  return Object.values(found)
    .flat()
    .map(({ title, about, entries }) => {
      const widest = (of: (entry: Entry) => string) => Math.max(0, ...entries.map((entry) => of(entry).length));
      const [places, names] = [widest(({ at }) => at), widest(({ name }) => name)];
      const rows = entries.map(({ at, name, about }) => `  ${at.padStart(places)}  ${name.padEnd(names)}  ${about}\n`);
      return `${pc.bold(title)}  ${about}\n${rows.join("")}`;
    })
    .join("\n");
}
