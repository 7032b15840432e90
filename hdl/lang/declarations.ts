import jsTokens from "js-tokens";

/** A call in a source text: `callee(`, with what the text around it says of its result. */
export interface Call {
  readonly callee: string;
  readonly line: number;
  readonly column: number;
  /** The variable that the call's result itself initialises: `x` in `const x = a.add(b).not()` for `not` alone. */
  name: string | null;
  /** The nearest variable, assignment target or property that the call contributes to. */
  readonly enclosing: string | null;
  /** Set where the text uses the result as a JavaScript condition. */
  condition: Condition | null;
  /** The position of the closing parenthesis, in tokens. */
  readonly first: number;
  last: number;
}

/** A bare variable used as a JavaScript condition, with its place in tokens. */
export interface BareCondition {
  readonly name: string;
  readonly condition: Condition;
  readonly line: number;
  readonly column: number;
  readonly index: number;
}

export type Condition = "if" | "while" | "?:" | "&&" | "||" | "!";

/** A property of an object literal. */
export interface Property {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly index: number;
}

export interface Declarations {
  readonly calls: readonly Call[];
  readonly bareConditions: readonly BareCondition[];
  readonly properties: readonly Property[];
}

interface Bracket {
  /** The call whose parenthesis this is, if it is one. */
  readonly call: Call | null;
  /** `if` or `while` where this is the parenthesis of its condition. */
  readonly condition: "if" | "while" | null;
  /** A block or a literal, not arguments: its `name:` are properties. */
  readonly braces: boolean;
  /** What the whole bracket contributes to. */
  readonly outer: string | null;
  /** Between `const` and the end of its statement. */
  declaring: boolean;
  /** The variable just named after `const` or a comma of it, waiting for its `=`. */
  pending: string | null;
  /** What the expression being read initialises, and whether it may lend its name to values too. */
  assigned: { readonly name: string; readonly variable: boolean } | null;
  /** The expression being read began with `!`. */
  negated: boolean;
}

interface Significant {
  readonly type: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
  readonly afterNewline: boolean;
}

const endsOperand = (token: Significant | undefined): boolean =>
  token !== undefined &&
  (token.type === "IdentifierName" ||
    token.type === "NumericLiteral" ||
    token.type === "StringLiteral" ||
    [")", "]", "}"].includes(token.value));
const continuesExpression = new Set(["as", "satisfies", "in", "of", "instanceof", "extends", "is"]);
const logical = new Map<string, Condition>([
  ["?", "?:"],
  ["&&", "&&"],
  ["||", "||"],
]);

/**
 * Reads a TypeScript or JavaScript text for what it names: which variable each call's result goes to, and where a
 * call or a variable stands as a condition. It reads tokens, not a grammar, so odd code only loses names.
 */
export function readDeclarations(text: string): Declarations {
  const tokens = significantTokens(text);
  const calls: Call[] = [];
  const bareConditions: BareCondition[] = [];
  const properties: Property[] = [];
  const bracket = (
    outer: string | null,
    braces: boolean,
    call: Call | null,
    condition: "if" | "while" | null,
  ): Bracket => ({
    call,
    condition,
    braces,
    outer,
    declaring: false,
    pending: null,
    assigned: null,
    negated: false,
  });
  const stack: Bracket[] = [bracket(null, true, null, null)];
  let top = bracket(null, true, null, null);
  stack[0] = top;
  let closed: Call | null = null;

  /** Gives the call that closed just before token `end` the name of what the expression initialises. */
  const nameClosed = (end: number) => {
    if (closed?.last === end - 1 && top.assigned?.variable) closed.name ??= top.assigned.name;
  };
  const finishExpression = (end: number) => {
    nameClosed(end);
    top.assigned = null;
    top.negated = false;
  };

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) break;
    const { value, type } = token;
    const previous = tokens[i - 1];
    const next = tokens[i + 1];

    if (token.afterNewline && type === "IdentifierName" && endsOperand(previous) && !continuesExpression.has(value)) {
      finishExpression(i);
      top.declaring = false;
    }

    if (type === "IdentifierName") {
      if (value === "const" || value === "let" || value === "var") {
        finishExpression(i);
        top.declaring = true;
        top.pending = next?.type === "IdentifierName" ? next.value : null;
        continue;
      }
      if (value === "as" || value === "satisfies") nameClosed(i);
      const member = previous?.value === "." || previous?.value === "?.";
      if (!member) top.negated = previous?.value === "!" && !endsOperand(tokens[i - 2]);
      const called = next?.value === "(";
      if (top.braces && next?.value === ":" && (previous?.value === "{" || previous?.value === ",") && !top.declaring) {
        finishExpression(i);
        top.assigned = { name: value, variable: false };
        properties.push({ name: value, line: token.line, column: token.column, index: i });
        i++;
        continue;
      }
      if (
        called &&
        value !== "if" &&
        value !== "while" &&
        value !== "for" &&
        value !== "switch" &&
        value !== "function"
      ) {
        calls.push({
          callee: value,
          line: token.line,
          column: token.column,
          name: null,
          enclosing: top.assigned?.name ?? top.outer,
          condition: null,
          first: i,
          last: i,
        });
      } else if (!member && next) {
        const condition =
          top.condition && (previous?.value === "(" || top.negated) && next.value === ")"
            ? top.condition
            : (logical.get(next.value) ?? (top.negated && next.value !== "." && next.value !== "?." ? "!" : null));
        const optional = next.value === "?" && [":", ",", ")"].includes(tokens[i + 2]?.value ?? "");
        if (condition && !optional)
          bareConditions.push({ name: value, condition, line: token.line, column: token.column, index: i });
      }
      continue;
    }

    switch (value) {
      case "(":
      case "[":
      case "{":
      case "${": {
        const callee = value === "(" && previous?.type === "IdentifierName" ? previous : undefined;
        const call = callee ? (calls.findLast((c) => c.first === i - 1) ?? null) : null;
        const condition = callee?.value === "if" || callee?.value === "while" ? callee.value : null;
        const functionBody = value === "{" && (previous?.value === "=>" || previous?.value === ")");
        const outer = functionBody ? null : (top.assigned?.name ?? top.outer);
        top = bracket(outer, value === "{", call, condition);
        stack.push(top);
        break;
      }
      case ")":
      case "]":
      case "}": {
        finishExpression(i);
        const ended = stack.length > 1 ? stack.pop() : undefined;
        top = stack.at(-1) ?? top;
        closed = null;
        if (ended?.call) {
          closed = ended.call;
          closed.last = i;
          const followed = next?.value ?? "";
          const whole = followed !== "." && followed !== "?." && followed !== "[" && followed !== "(";
          if (whole)
            closed.condition =
              logical.get(followed) ?? (top.negated ? "!" : top.condition && followed === ")" ? top.condition : null);
        }
        break;
      }
      case "=": {
        const target = top.pending ?? (previous?.type === "IdentifierName" ? previous.value : null);
        const isMember = tokens[i - 2]?.value === "." && (target === "next" || target === "value");
        const state = isMember ? tokens[i - 3]?.value : undefined;
        top.assigned =
          target === null ? null : state ? { name: state, variable: false } : { name: target, variable: true };
        top.pending = null;
        break;
      }
      case "=>":
        // What is declared is the function; what its body makes has no name of its own.
        top.assigned = null;
        break;
      case ";":
        finishExpression(i);
        top.declaring = false;
        top.pending = null;
        break;
      case ",":
        finishExpression(i);
        top.pending = top.declaring && next?.type === "IdentifierName" ? next.value : null;
        break;
    }
  }
  finishExpression(tokens.length);
  return { calls, bareConditions, properties };
}

function significantTokens(text: string): Significant[] {
  const tokens: Significant[] = [];
  let line = 1;
  let column = 1;
  let afterNewline = false;
  for (const { type, value } of jsTokens(text)) {
    const blank = type === "WhiteSpace" || type === "LineTerminatorSequence" || type.endsWith("Comment");
    if (!blank) {
      const opens = type === "TemplateHead" || type === "TemplateMiddle";
      const closes = type === "TemplateTail" || type === "TemplateMiddle";
      if (closes) tokens.push({ type: "Punctuator", value: "}", line, column, afterNewline: false });
      if (!closes) tokens.push({ type, value, line, column, afterNewline });
      if (opens) tokens.push({ type: "Punctuator", value: "${", line, column, afterNewline: false });
      afterNewline = false;
    }
    const lines = value.split(/\r\n|[\n\r\u2028\u2029]/);
    const last = lines.at(-1) ?? "";
    if (lines.length > 1) {
      line += lines.length - 1;
      column = last.length + 1;
      afterNewline = true;
    } else column += last.length;
  }
  return tokens;
}
