import type { Domain, Format, Instance, Memory, Source } from "./design.ts";
import { readRuns } from "./index-runs.ts";
import type { JsonReader } from "./json-reader.ts";

export function readSource(reader: JsonReader): Source {
  return {
    file: reader.get("file").string(),
    line: reader.get("line").integer(),
    column: reader.get("column").integer(),
  };
}

export function readFormat(reader: JsonReader): Format {
  const kind = reader.get("kind").one("bool", "uint", "sint", "enum");
  if (kind !== "enum") return { kind };
  return { kind, labels: reader.get("labels").list((label) => label.string()) };
}

export function readDomain(reader: JsonReader): Domain {
  return {
    name: reader.get("name").string(),
    edge: reader.get("edge").one("rising", "falling"),
    reset: reader.get("reset").one("sync", "async", "none"),
    polarity: reader.get("polarity").one("high", "low"),
  };
}

export function readInstance(reader: JsonReader): Instance {
  return {
    name: reader.get("name").string(),
    definition: reader.get("definition").integer(),
    dims: reader.get("dims").list((size) => size.integer()),
    inputs: reader.get("inputs").list(readRuns),
    domains: reader.get("domains").list((domain) => domain.integer()),
    source: reader.get("source").nullable(readSource),
  };
}

export function readMemory(reader: JsonReader): Memory {
  return {
    name: reader.get("name").string(),
    width: reader.get("width").integer(),
    depth: reader.get("depth").integer(),
    readUnderWrite: reader.get("readUnderWrite").one("old", "new", "undefined"),
    init: reader.get("init").nullable((init) => init.list((word) => word.bigint())),
    writes: reader.get("writes").list((write) => ({
      domain: write.get("domain").integer(),
      enable: write.get("enable").integer(),
      address: write.get("address").integer(),
      data: write.get("data").integer(),
      mask: write.get("mask").nullable((mask) => mask.integer()),
      source: write.get("source").nullable(readSource),
    })),
    format: readFormat(reader.get("format")),
    source: reader.get("source").nullable(readSource),
  };
}
