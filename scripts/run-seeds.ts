import Table from "cli-table3";
import pc from "picocolors";
import type { RunReport, SeedOutcome, Testbench } from "../testbench/index.ts";
import { InputError } from "../testbench/input-error.ts";
import { integerOption } from "../testbench/option.ts";
import { seedList, seedOutcomes } from "../testbench/seeds/index.ts";
import { type SeedsRequest, testbenchSeeds } from "../testbench/workloads/testbench-seeds.ts";
import { TerminalProgress } from "./run-progress.ts";

/** What `--seeds` and `--threads` are, as given. */
export interface SeedsAsked {
  readonly seeds: string;
  readonly threads: string | null;
  readonly json: boolean;
}

/** Rows of the reports that the table has columns for. */
const mostColumns = 4;
/** The longest text in such a column. */
const widest = 40;

/**
 * Runs a testbench with many seeds in threads and prints one line for each, or all reports as JSON.
 * @returns whether all passed
 * @throws InputError for options that are wrong, whoever found out
 */
export async function runWithSeeds(
  testbench: Testbench,
  request: SeedsRequest["request"],
  { seeds: text, threads, json }: SeedsAsked,
): Promise<boolean> {
  const seeds = seedList("--seeds", text);
  for (const { flags, writes } of testbench.options) {
    const name = flags.match(/^--(\S+)/)?.[1] ?? "";
    if (writes && request.options[name] !== undefined)
      throw new InputError(`--seeds with --${name}: every run would write this file; run one, with --seed`);
  }
  const progress = new TerminalProgress(json, "seeds");
  try {
    const outcomes = await seedOutcomes(testbenchSeeds({ testbench: testbench.name, request }), seeds, {
      ...(threads === null ? {} : { threads: integerOption("--threads", threads, 1, 1024) }),
      signal: progress.signal,
      ended: (_, done) => progress.report(done, seeds.length, testbench.name),
    });
    progress.close();
    const wrong = outcomes.find((outcome) => "failure" in outcome && outcome.error === "InputError");
    if (wrong && "failure" in wrong) throw new InputError(wrong.failure);
    const failed = outcomes.filter((outcome) => failureOf(outcome) !== null);
    process.stdout.write(json ? asJson(testbench, outcomes) : asTable(testbench, outcomes, failed));
    return failed.length === 0;
  } finally {
    progress.close();
  }
}

/** Why a seed did not pass, null where it did. */
function failureOf(outcome: SeedOutcome<RunReport>): string | null {
  if ("failure" in outcome) return outcome.failure;
  const { passed, failure } = outcome.value;
  return passed ? null : (failure ?? "it did not pass");
}

function asJson({ name }: Testbench, outcomes: readonly SeedOutcome<RunReport>[]): string {
  const runs = outcomes.map((outcome) => {
    const failure = failureOf(outcome);
    return { seed: outcome.seed, passed: failure === null, failure, ...("value" in outcome ? outcome.value.json : {}) };
  });
  return `${JSON.stringify({ testbench: name, passed: runs.every(({ passed }) => passed), runs }, null, 2)}\n`;
}

function asTable(
  { name }: Testbench,
  outcomes: readonly SeedOutcome<RunReport>[],
  failed: readonly SeedOutcome<RunReport>[],
): string {
  const columns = differing(outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : [])));
  const table = new Table({ head: ["seed", ...columns, ""], style: { head: [], border: [] } });
  for (const outcome of outcomes) {
    const values = new Map("value" in outcome ? outcome.value.rows : []);
    const failure = failureOf(outcome);
    const verdict = failure === null ? pc.green("passed") : pc.red(`failed: ${failure}`);
    table.push([String(outcome.seed), ...columns.map((label) => values.get(label) ?? ""), verdict]);
  }
  const first = failed[0];
  const verdict = first
    ? pc.red(`failed with ${failed.length} of ${outcomes.length} seeds; run one again with --seed ${first.seed}`)
    : pc.green(`passed with ${outcomes.length} seeds`);
  return `${table.toString()}\n${name} ${verdict}\n`;
}

/** The labels of short rows whose values are not the same in all reports. */
function differing(reports: readonly RunReport[]): string[] {
  const [first] = reports;
  const values = (label: string) => reports.map(({ rows }) => new Map(rows).get(label) ?? "");
  return (first?.rows ?? [])
    .map(([label]) => label)
    .filter((label) => {
      const all = values(label);
      return new Set(all).size > 1 && all.every((value) => value.length <= widest);
    })
    .slice(0, mostColumns);
}
