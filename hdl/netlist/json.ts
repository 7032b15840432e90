import { type Design, DesignError, type Module } from "./design.ts";
import { deepFreeze } from "./freeze.ts";
import { readRuns, toRuns } from "./index-runs.ts";
import { readNode } from "./json-node.ts";
import { readDomain, readFormat, readInstance, readMemory, readSource } from "./json-parts.ts";
import { JsonReader } from "./json-reader.ts";
import { validate } from "./validate.ts";

/** Goes up with every change to the format; files of another version are refused. */
const version = 1;

/**
 * A design as JSON: the fields of `Design`, with bigints as `0x…` strings and index vectors (`Instance.inputs`,
 * `nodeSources`) as runs (`index-runs.ts`).
 */
export function toJson(design: Design): string {
  const modules = design.modules.map((module) => ({
    ...module,
    nodeSources: toRuns(module.nodeSources),
    instances: module.instances.map((instance) => ({ ...instance, inputs: instance.inputs.map(toRuns) })),
  }));
  return JSON.stringify({ version, top: design.top, modules }, (_, value: unknown) =>
    typeof value === "bigint" ? `0x${value.toString(16)}` : value,
  );
}

/**
 * The design that `toJson` wrote, frozen and validated. Throws a DesignError that names the place for text that is no
 * JSON, of another version, damaged, or no well-formed design.
 */
export function fromJson(text: string): Design {
  const document = new JsonReader(parse(text), "");
  const found = document.get("version").integer();
  if (found !== version)
    throw new DesignError(`the netlist's JSON is of version ${found}, this reads version ${version}; dump it again`);
  const design = { top: document.get("top").integer(), modules: document.get("modules").list(readModule) };
  validate(design);
  return deepFreeze(design);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unreadable";
    throw new DesignError(`the netlist is no JSON (${reason}); dump it again`);
  }
}

function readModule(reader: JsonReader): Module {
  return {
    name: reader.get("name").string(),
    domains: reader.get("domains").list(readDomain),
    ports: reader.get("ports").list((port) => ({
      name: port.get("name").string(),
      direction: port.get("direction").one("in", "out"),
      width: port.get("width").integer(),
      node: port.get("node").integer(),
      format: readFormat(port.get("format")),
    })),
    nodes: reader.get("nodes").list(readNode),
    instances: reader.get("instances").list(readInstance),
    memories: reader.get("memories").list(readMemory),
    checks: reader.get("checks").list((check) => ({
      kind: check.get("kind").one("check", "assume", "cover"),
      condition: check.get("condition").integer(),
      enable: check.get("enable").integer(),
      domain: check.get("domain").integer(),
      message: check.get("message").string(),
      source: check.get("source").nullable(readSource),
    })),
    names: reader.get("names").list((name) => ({
      name: name.get("name").string(),
      node: name.get("node").integer(),
      kind: name.get("kind").one("port", "reg", "wire"),
      format: readFormat(name.get("format")),
      source: name.get("source").nullable(readSource),
    })),
    nodeSources: readRuns(reader.get("nodeSources")),
    sources: reader.get("sources").list(readSource),
    blackBox: reader.get("blackBox").nullable((box) => ({
      parameters: box
        .get("parameters")
        .record((parameter) => (typeof parameter.value === "number" ? parameter.value : parameter.string())),
      modelled: box.get("modelled").boolean(),
    })),
    source: reader.get("source").nullable(readSource),
  };
}
