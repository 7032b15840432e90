/** Paths below the directory in which Yosys runs, with `/` between parts, and their contents. */
export type YosysFiles = ReadonlyMap<string, Uint8Array | string>;

/** The files that a run of Yosys left beside those it was given, and all that it printed. */
export interface YosysRun {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly log: string;
}

/** A run of Yosys that ended with an error; `log` is all that it printed, the error last. */
export class YosysFailure extends Error {
  override readonly name = "YosysFailure";
  readonly log: string;

  /** `errors` is what it printed as errors, whose lines no other output cuts through. */
  constructor(log: string, errors: string) {
    super(errorLine(errors) ?? errorLine(log) ?? "it ended without saying why");
    this.log = log + errors;
  }
}

/** What the script is called among the files of a run. */
export const scriptName = "systole-script.ys";

/** The line of a log that says why Yosys stopped: `file.v:3: syntax error, …` where it knows the place. */
function errorLine(text: string): string | null {
  const lines = text.split("\n").map((line) => line.trim());
  const index = lines.findIndex((line) => /(^|: )ERROR: /.test(line));
  const line = lines[index];
  if (line === undefined) return null;
  const continued = line.endsWith(":") ? ` ${lines[index + 1] ?? ""}` : "";
  return line.replace(/(^|: )ERROR: /, "$1") + continued;
}
