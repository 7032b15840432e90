/**
 * What the user handed over (a file, a path, an option) is wrong, not the design and not this program: exit code 2.
 * The message is one line that names the thing, says what is wrong with it and how to mend it.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  /** The exit code of a command that fails with this. */
  readonly exitCode = 2;

  /** Control characters and line breaks, which names and file contents may bring in, are written as escapes. */
  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, escaped), options);
  }
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}
